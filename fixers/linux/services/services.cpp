// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/services/init_system.h"
#include "fixers/linux/services/states.h"
#include <array>

namespace h2k {

namespace {

/// One service, two names.
constexpr auto namesakes = std::to_array<std::pair<const char *, const char *>>(
    {{"sshd.service", "ssh.service"}, {"crond.service", "cron.service"}});

Result<bool> set_as(RequestedChanges &requested, InitSystem init, const std::string &unit, ServiceState state) {
    if (init == InitSystem::systemd && H2K_TRY(set_systemd_unit(requested, unit, state)))
        return true;
    constexpr std::string_view suffix = ".service";
    if (!unit.ends_with(suffix))
        return false;
    const auto name = unit.substr(0, unit.size() - suffix.size());
    // systemd starts those scripts as well, by the same links.
    return init == InitSystem::openrc ? set_openrc_service(requested, name, state)
                                      : set_sysv_service(requested, name, state);
}

Result<> set(RequestedChanges &requested, InitSystem init, const std::string &unit, ServiceState state) {
    if (H2K_TRY(set_as(requested, init, unit, state)))
        return {};
    for (const auto &[one, other] : namesakes)
        if (unit == one || unit == other)
            if (H2K_TRY(set_as(requested, init, unit == one ? other : one, state)))
                return {};
    requested.warn("services.absent",
                   state == ServiceState::enabled
                       ? sentence(_("The guest has no service “%s” that can be enabled."), unit.c_str())
                       : sentence(_("The guest has no service “%s” to disable."), unit.c_str()));
    return {};
}

} // namespace

Result<Finding> plan_services(const FixerInput &input) {
    Finding finding;
    RequestedChanges requested{input.guest, finding};
    const auto &configuration = input.options.configuration;
    const auto init = H2K_TRY(init_system_of(input.guest, input.facts.linux_facts()));
    for (const auto &unit : configuration.disable_services)
        H2K_CHECK(set(requested, init, unit, ServiceState::disabled));
    for (const auto &unit : configuration.mask_services)
        H2K_CHECK(set(requested, init, unit, ServiceState::masked));
    for (const auto &unit : configuration.enable_services)
        H2K_CHECK(set(requested, init, unit, ServiceState::enabled));
    return finding;
}

} // namespace h2k
