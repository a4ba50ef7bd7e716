// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/check/evidence/boot_evidence.h"
#include "convert/model/fields/fields.h"

// A boot test in a report, as docs/json.md describes it.
namespace h2k {

struct MountedPath {
    std::string path, device, type;
};
struct BootedCard {
    std::string name, mac, driver;
};
struct CardAddress {
    std::string name, address;
};
struct BootFacts {
    std::string root_device, root_driver, kernel;
    std::vector<MountedPath> mounts;
    std::vector<std::string> missing_mounts;
    std::vector<BootedCard> nics;
    std::vector<CardAddress> addresses;
    std::vector<std::string> failed_units;
    std::vector<std::string> given_up_units;
};
struct BootDocument {
    bool proven = false;
    std::string grade, start, kernel_image, added_arguments;
    std::string method, accelerator, network;
    double seconds = 0;
    std::string why, untested, trust;
    BootFacts evidence;
    std::string serial_log, screenshot;
};
[[nodiscard]] BootDocument boot_document(const BootEvidence &boot);

template <class A, Is<MountedPath> T> void fields(A &a, T &mount) {
    a.required("path", mount.path);
    a.required("device", mount.device);
    a.required("type", mount.type);
}

template <class A, Is<BootedCard> T> void fields(A &a, T &card) {
    a.required("name", card.name);
    a.optional("mac", card.mac);
    a.optional("driver", card.driver);
}

template <class A, Is<CardAddress> T> void fields(A &a, T &address) {
    a.required("name", address.name);
    a.optional("address", address.address);
}

template <class A, Is<BootFacts> T> void fields(A &a, T &facts) {
    a.optional("root_device", facts.root_device);
    a.optional("root_driver", facts.root_driver);
    a.optional("kernel", facts.kernel);
    a.required("mounts", facts.mounts);
    a.required("missing_mounts", facts.missing_mounts);
    a.required("nics", facts.nics);
    a.required("addresses", facts.addresses);
    a.required("failed_units", facts.failed_units);
    a.required("given_up_units", facts.given_up_units);
}

template <class A, Is<BootDocument> T> void fields(A &a, T &boot) {
    a.required("proven", boot.proven);
    a.required("grade", boot.grade);
    a.required("start", boot.start);
    a.optional("kernel_image", boot.kernel_image);
    a.optional("added_arguments", boot.added_arguments);
    a.optional("method", boot.method);
    a.optional("accelerator", boot.accelerator);
    a.optional("network", boot.network);
    a.required("duration_seconds", boot.seconds);
    a.required("why", boot.why);
    a.optional("untested", boot.untested);
    a.optional("trust", boot.trust);
    a.required("evidence", boot.evidence);
    a.optional("serial_log", boot.serial_log);
    a.optional("screenshot", boot.screenshot);
}

} // namespace h2k
