// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/probe.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include "convert/check/evidence/probe_script.h"
#include "convert/model/guest_paths.h"

namespace h2k {

namespace {

constexpr const char *script_path = "/etc/virt-hyper2kvm-probe.sh";
constexpr const char *unit_name = "virt-hyper2kvm-probe.service";

// No default dependencies: they would keep the unit out of emergency mode, where its report is needed most.
// Type=simple: its start job ends at once and does not keep the system "starting".
constexpr const char *unit = R"([Unit]
Description=Boot test of virt-hyper2kvm
DefaultDependencies=no
After=multi-user.target emergency.target rescue.target

[Service]
Type=simple
ExecStart=/bin/sh /etc/virt-hyper2kvm-probe.sh
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

std::vector<Change> probe_changes(const std::string &nonce) {
    std::vector<Change> changes;
    changes.push_back(write(script_path, replace_all(probe_script, "@NONCE@", nonce)));
    changes.push_back(write(std::string{"/etc/systemd/system/"} + unit_name, unit));
    // A drop-in is a plain file, unlike the symbolic link that usually enables a unit.
    for (const char *target : {"multi-user", "emergency", "rescue"})
        changes.push_back(write(std::string{"/etc/systemd/system/"} + target + ".target.d/50-virt-hyper2kvm-probe.conf",
                                std::string{"[Unit]\nWants="} + unit_name + "\n"));
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
    return replace_all(uuid.get(), "-", "").substr(0, 16);
}

} // namespace h2k
