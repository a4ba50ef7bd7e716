// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/services/first_boot.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/model/guest_paths.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/services/boot_start.h"
#include "fixers/linux/services/first_boot_files.h"

namespace h2k {

namespace {

const char *why_started() { return _("The guest runs the first-boot scripts once."); }

constexpr BootStart scripts_start{first_boot_name, first_boot_unit, first_boot_openrc_script, first_boot_init_script,
                                  first_boot_line};

} // namespace

Result<> add_first_boot(const GuestView &guest, const LinuxFacts &facts, std::span<const FirstBootScript> scripts,
                        Finding &finding) {
    if (scripts.empty())
        return {};
    RequestedChanges requested{guest, finding};
    const std::string base = guest_folder;
    for (const auto &script : scripts)
        H2K_CHECK(requested.file(
            {sentence("%s/%02u-%s", first_boot_scripts, script.order, script.name.c_str()), script.content, 0700},
            sentence(_("The script “%s” runs at the first boot."), script.name.c_str())));
    H2K_CHECK(requested.file({base + "/firstboot.sh", first_boot_runner, 0700}, why_started()));
    const auto init = H2K_TRY(init_system_of(guest, facts));
    if (init != InitSystem::systemd)
        requested.warn("first-boot.no-systemd", _("The guest does not use systemd, so its own init scripts run the "
                                                  "first-boot scripts, perhaps before the network is up."));
    return start_at_boot(requested, init, scripts_start, why_started());
}

Result<Finding> plan_first_boot(const FixerInput &input) {
    Finding finding;
    H2K_CHECK(add_first_boot(input.guest, input.facts.linux_facts(), input.options.configuration.first_boot, finding));
    return finding;
}

} // namespace h2k
