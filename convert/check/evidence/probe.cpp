// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/probe.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include "convert/check/evidence/probe_script.h"
#include "convert/model/guest_paths.h"

namespace h2k {

namespace {

constexpr const char *script_path = "/etc/virt-hyper2kvm-probe.sh";
const std::string units = "/etc/systemd/system/";
const std::string probe = "virt-hyper2kvm-probe.service";
const std::string sign = "virt-hyper2kvm-up.service";

// No default dependencies: they would make it wait for what it must precede, and keep it out of emergency mode, where
// its report is needed most.  Type=forking: what waits for it starts when it has got its answer.  It outlives the
// isolation that emergency mode is.
constexpr const char *probe_unit = R"([Unit]
Description=Boot test of virt-hyper2kvm
DefaultDependencies=no
IgnoreOnIsolate=yes
Before=sysinit.target local-fs-pre.target cryptsetup-pre.target emergency.service rescue.service
Before=systemd-journald.service systemd-udevd.service systemd-modules-load.service kmod-static-nodes.service

[Service]
Type=forking
ExecStart=/bin/sh /etc/virt-hyper2kvm-probe.sh
TimeoutStartSec=90
StandardInput=null
StandardOutput=null
StandardError=null
)";

// The sign for the probe that the guest is up.  Type=simple: its start job ends at once and does not keep the system
// "starting".
constexpr const char *sign_unit = R"([Unit]
Description=Boot test of virt-hyper2kvm: the guest is up
DefaultDependencies=no
After=multi-user.target emergency.target rescue.target

[Service]
Type=simple
ExecStart=/bin/sh -c ": > /run/virt-hyper2kvm-up"
StandardInput=null
StandardOutput=null
StandardError=null
)";

Change write(std::string path, std::string content) {
    return {.fixer = "boot-test",
            .reason = "The boot test reports from inside the throw-away copy.",
            .action = WriteFile{.path = std::move(path), .content = std::move(content)}};
}

} // namespace

std::vector<Change> probe_changes() {
    std::vector<Change> changes;
    changes.push_back(write(script_path, probe_script));
    changes.push_back(write(units + probe, probe_unit));
    changes.push_back(write(units + sign, sign_unit));
    // A drop-in is a plain file, unlike the symbolic link that usually enables a unit.
    const auto drop_in = [&](const std::string &unit, const std::string &line) {
        changes.push_back(write(units + unit + ".d/50-virt-hyper2kvm-probe.conf", "[Unit]\n" + line + "\n"));
    };
    drop_in("sysinit.target", "Wants=" + probe);
    for (const char *target : {"multi-user.target", "emergency.target", "rescue.target"})
        drop_in(target, "Wants=" + probe + " " + sign);
    // All services, those without default dependencies too; systemd before version 244 ignores it.
    drop_in("service", "After=" + probe);
    changes.push_back(hold_first_boot());
    return changes;
}

Change hold_first_boot() {
    return {.fixer = "boot-test",
            .reason = "The scripts of the first start wait for the real one.",
            .action = WriteFile{.path = boot_test_marker, .content = ""}};
}

std::string new_nonce() {
    const Owned<char> uuid{g_uuid_string_random()};
    return replace_all(uuid.get(), "-", "");
}

} // namespace h2k
