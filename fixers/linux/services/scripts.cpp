// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/services/init_system.h"
#include "fixers/linux/services/states.h"
#include "fixers/text/config_file.h"

namespace h2k {

namespace {

std::string why(const std::string &name, ServiceState state) {
    return state == ServiceState::enabled ? sentence(_("“%s” starts when the guest does."), name.c_str())
                                          : sentence(_("“%s” no longer starts when the guest does."), name.c_str());
}

/// What the header of a script says.
struct ScriptHeader {
    std::string levels = "2345"; ///< in which it starts
    unsigned start = 20, stop = 80;
};

ScriptHeader header_of(const std::string &script) {
    ScriptHeader header;
    constexpr std::size_t most_lines = 100;
    std::size_t seen = 0;
    for (const auto &line : lines(script)) {
        if (++seen > most_lines)
            break;
        const auto parts = words(line);
        if (parts.size() < 3 || parts[0] != "#")
            continue;
        // "# chkconfig: 2345 55 25", chkconfig(8)
        if (parts[1] == "chkconfig:" && parts.size() >= 5) {
            const auto start = parse_number<unsigned>(parts[3], 0, 99), stop = parse_number<unsigned>(parts[4], 0, 99);
            if (!start || !stop)
                continue;
            header.start = *start, header.stop = *stop;
            if (parts[2] != "-")
                header.levels = parts[2];
        } else if (parts[1] == "Default-Start:") // LSB 5.0, "Comment Conventions for Init Scripts"
            header.levels = join({parts.begin() + 2, parts.end()}, "");
    }
    std::erase_if(header.levels, [](char c) { return c < '0' || c > '6'; });
    return header;
}

/// The links of a run level for @name: 'S' or 'K', two digits and the name.
Result<std::vector<std::string>> links_of(const RequestedChanges &requested, const std::string &folder, char kind,
                                          const std::string &name) {
    auto found = H2K_TRY(requested.guest().list(folder + "/" + kind + "[0-9][0-9]*"));
    std::erase_if(found, [&](const std::string &path) { return path.substr(folder.size() + 4) != name; });
    return found;
}

/// Upstart, init(5): an override with "manual" keeps a job from starting.
Result<bool> set_upstart_job(RequestedChanges &requested, const std::string &name, ServiceState state) {
    if (!H2K_TRY(requested.guest().exists("/etc/init/" + name + ".conf")))
        return false;
    const auto path = "/etc/init/" + name + ".override";
    if (state == ServiceState::enabled)
        H2K_CHECK(requested.absent(path, why(name, state)));
    else
        H2K_CHECK(requested.file({path, "manual\n"}, why(name, state)));
    return true;
}

} // namespace

Result<bool> set_openrc_service(RequestedChanges &requested, const std::string &name, ServiceState state) {
    const auto script = "/etc/init.d/" + name;
    if (!H2K_TRY(requested.guest().exists(script)))
        return false;
    const auto links = H2K_TRY(requested.guest().list("/etc/runlevels/*/" + name));
    if (state == ServiceState::enabled) {
        if (links.empty())
            H2K_CHECK(requested.link({"/etc/runlevels/default/" + name, script}, why(name, state)));
        return true;
    }
    for (const auto &path : links)
        H2K_CHECK(requested.absent(path, why(name, state)));
    return true;
}

Result<bool> set_sysv_service(RequestedChanges &requested, const std::string &name, ServiceState state) {
    const auto levels = H2K_TRY(run_levels_of(requested.guest()));
    const auto script = H2K_TRY(requested.read(levels.scripts + "/" + name));
    if (!script)
        return set_upstart_job(requested, name, state);
    const auto header = header_of(*script);
    const bool on = state == ServiceState::enabled;
    if (levels.has_depends)
        requested.warn(
            "services.insserv",
            sentence(_("The guest starts only services that insserv has recorded; run “insserv %s” in the guest once."),
                     name.c_str()));
    for (const char level : std::string{on ? header.levels : "0123456"}) {
        const auto folder = levels.levels + "/rc" + level + ".d";
        const auto starts = H2K_TRY(links_of(requested, folder, 'S', name));
        const auto stops = H2K_TRY(links_of(requested, folder, 'K', name));
        for (const auto &path : on ? stops : starts)
            H2K_CHECK(requested.absent(path, why(name, state)));
        if (on ? starts.empty() : stops.empty() && header.levels.find(level) != std::string::npos)
            H2K_CHECK(requested.link(
                {sentence("%s/%c%02u%s", folder.c_str(), on ? 'S' : 'K', on ? header.start : header.stop, name.c_str()),
                 levels.to_scripts + name},
                why(name, state)));
    }
    return true;
}

} // namespace h2k
