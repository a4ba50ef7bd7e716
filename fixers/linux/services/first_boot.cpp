// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/services/first_boot.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/model/guest_paths.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/requested_changes.h"
#include "fixers/linux/services/first_boot_files.h"
#include "fixers/linux/services/init_system.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"

namespace h2k {

namespace {

const char *why_started() { return _("The guest runs the first-boot scripts once."); }

Result<> start_by_systemd(RequestedChanges &requested) {
    const std::string unit = std::string{first_boot_name} + ".service", folder = "/etc/systemd/system/";
    H2K_CHECK(requested.file({folder + unit, first_boot_unit}, why_started()));
    return requested.link({folder + "multi-user.target.wants/" + unit, folder + unit}, why_started());
}

Result<> start_by_openrc(RequestedChanges &requested) {
    const auto script = std::string{"/etc/init.d/"} + first_boot_name;
    H2K_CHECK(requested.file({script, first_boot_openrc_script, 0755}, why_started()));
    return requested.link({std::string{"/etc/runlevels/default/"} + first_boot_name, script}, why_started());
}

/// At the end of rc.local, before the "exit 0" that many end with.
Result<> start_by_rc_local(RequestedChanges &requested, const std::string &path) {
    auto file = H2K_TRY(requested.read(path)).value_or("#!/bin/sh\n");
    if (file.find(first_boot_line) != std::string::npos)
        return {};
    if (!file.ends_with('\n'))
        file += '\n';
    std::size_t at = file.size();
    for (const auto &line : text::lines_of(file))
        if (trim(line.content) == "exit 0")
            at = line.at;
    file.insert(at, first_boot_line);
    return requested.file({path, file, 0755}, why_started());
}

Result<> start_by_sysv(RequestedChanges &requested) {
    const auto levels = H2K_TRY(run_levels_of(requested.guest()));
    if (levels.has_depends)
        return start_by_rc_local(requested,
                                 levels.levels == "/etc/init.d" ? "/etc/init.d/after.local" : "/etc/rc.local");
    H2K_CHECK(requested.file({levels.scripts + "/" + first_boot_name, first_boot_init_script, 0755}, why_started()));
    for (const char level : {'2', '3', '4', '5'})
        H2K_CHECK(requested.link(
            {levels.levels + "/rc" + level + ".d/S99" + first_boot_name, levels.to_scripts + first_boot_name},
            why_started()));
    return {};
}

Result<> start(RequestedChanges &requested, InitSystem init) {
    if (init == InitSystem::systemd)
        return start_by_systemd(requested);
    requested.warn("first-boot.no-systemd", _("The guest does not use systemd, so its own init scripts run the "
                                              "first-boot scripts, perhaps before the network is up."));
    switch (init) {
    case InitSystem::openrc: return start_by_openrc(requested);
    case InitSystem::sysv: return start_by_sysv(requested);
    default: return start_by_rc_local(requested, "/etc/rc.local");
    }
}

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
    return start(requested, H2K_TRY(init_system_of(guest, facts)));
}

Result<Finding> plan_first_boot(const FixerInput &input) {
    Finding finding;
    H2K_CHECK(add_first_boot(input.guest, input.facts.linux_facts(), input.options.configuration.first_boot, finding));
    return finding;
}

} // namespace h2k
