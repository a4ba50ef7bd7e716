// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/packages/old_tools_later.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/packages/old_tools_files.h"
#include "fixers/linux/services/boot_start.h"

namespace h2k {

namespace {

constexpr BootStart removal_start{old_tools_name, old_tools_unit, old_tools_openrc_script, old_tools_init_script,
                                  old_tools_line};

/// No name has a quote in it.
std::string setting(const char *name, const std::vector<std::string> &words) {
    return std::string{name} + "='" + join(words, " ") + "'\n";
}

} // namespace

Result<> remove_later(const GuestView &guest, const LinuxFacts &facts, InitSystem init, const LaterRemoval &removal,
                      Finding &finding) {
    if (removal.packages.empty() && removal.uninstallers.empty())
        return {};
    RequestedChanges requested{guest, finding};
    const auto script =
        "#!/bin/sh\n# virt-hyper2kvm: removes the old hypervisor's tools when the guest starts first.\n" +
        setting("manager", {facts.packages}) + setting("packages", removal.packages) +
        setting("uninstallers", removal.uninstallers) + setting("masked", removal.masked) + old_tools_program;
    H2K_CHECK(requested.file({old_tools_script, script, 0755},
                             _("The guest removes the old hypervisor's tools with its own package manager when it "
                               "starts first; edits alone would leave its database inconsistent.")));
    return start_at_boot(requested, init, removal_start,
                         _("The guest removes the old tools once, when it starts first."));
}

} // namespace h2k
