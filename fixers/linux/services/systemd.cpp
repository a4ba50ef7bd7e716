// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/services/states.h"
#include "fixers/text/config_file.h"
#include "fixers/text/ini.h"
#include <array>
#include <set>

namespace h2k {

namespace {

const std::string ours = "/etc/systemd/system/";
constexpr std::array unit_folders = {"/etc/systemd/system/", "/run/systemd/system/", "/usr/local/lib/systemd/system/",
                                     "/usr/lib/systemd/system/", "/lib/systemd/system/"};
constexpr std::size_t most_links = 8, most_units = 32;

/// A name from a file of the guest becomes part of a path.
bool is_unit_name(std::string_view name) {
    return name.size() < 256 && consists_of(name, ":_.\\@-") && name[0] != '.' && name.contains('.');
}

/// "getty@tty1.service": of "getty@.service".
std::string template_of(const std::string &unit) {
    const auto at = unit.find('@'), dot = unit.rfind('.');
    return at == std::string::npos || dot < at ? "" : unit.substr(0, at + 1) + unit.substr(dot);
}
std::string instance_of(const std::string &unit) {
    const auto at = unit.find('@'), dot = unit.rfind('.');
    return at == std::string::npos || dot < at ? "" : unit.substr(at + 1, dot - at - 1);
}

struct UnitFile {
    std::string name; ///< after aliases are followed
    std::string path, content;
};

Result<std::optional<UnitFile>> find_file(RequestedChanges &requested, const std::string &name,
                                          std::size_t links = most_links) {
    if (links == 0)
        return std::nullopt;
    for (const auto *folder : unit_folders) {
        const auto path = folder + name;
        const auto to = H2K_TRY(requested.guest().link(path));
        if (to == "/dev/null" && path.starts_with(ours))
            continue; // masked; the unit below it is wanted
        if (to) {
            const auto real = base_name(*to);
            if (real != name && is_unit_name(real))
                return find_file(requested, real, links - 1);
        }
        if (auto content = H2K_TRY(requested.read(path)))
            return UnitFile{name, path, *std::move(content)};
    }
    return std::nullopt;
}

Result<std::optional<UnitFile>> find_unit(RequestedChanges &requested, const std::string &unit) {
    if (auto file = H2K_TRY(find_file(requested, unit)))
        return file;
    const auto general = template_of(unit);
    if (general.empty() || general == unit)
        return std::nullopt;
    auto file = H2K_TRY(find_file(requested, general));
    if (file)
        file->name = unit;
    return file;
}

/// The names that a key of [Install] lists; %i is the instance, and a name with another specifier is left out.
std::vector<std::string> install(const UnitFile &file, std::string_view key) {
    std::vector<std::string> found;
    for (const auto &entry : text::parse_ini(file.content)) {
        if (entry.section != "Install" || entry.key != key)
            continue;
        if (entry.value.value.empty())
            found.clear();
        for (const auto &word : words(entry.value.value)) {
            const auto name = replace_all(word, "%i", instance_of(file.name));
            if (is_unit_name(name) && found.size() < most_units)
                found.push_back(name);
        }
    }
    return found;
}

bool can_be_enabled(const UnitFile &file) {
    return std::ranges::any_of(text::parse_ini(file.content), [](const auto &entry) {
        return entry.section == "Install" && entry.key != "DefaultInstance";
    });
}

Result<> unmask(RequestedChanges &requested, const std::string &unit) {
    if (H2K_TRY(requested.guest().link(ours + unit)) == "/dev/null")
        H2K_CHECK(requested.absent(ours + unit, sentence(_("“%s” is no longer masked."), unit.c_str())));
    return {};
}

/// As systemctl enable, without presets.
Result<> enable(RequestedChanges &requested, UnitFile file, std::set<std::string> &seen) {
    if (instance_of(file.name).empty() && !template_of(file.name).empty())
        for (const auto &entry : text::parse_ini(file.content))
            if (entry.section == "Install" && entry.key == "DefaultInstance")
                if (const auto name = replace_all(file.name, "@", "@" + entry.value.value); is_unit_name(name))
                    file.name = name;
    if (!seen.insert(file.name).second || seen.size() > most_units)
        return {};
    if (!can_be_enabled(file)) {
        requested.warn(
            "services.no-install-section",
            sentence(_("“%s” has no [Install] section, so it cannot be enabled; it starts when other units need it."),
                     file.name.c_str()));
        return {};
    }
    H2K_CHECK(unmask(requested, file.name));
    const auto reason = sentence(_("“%s” starts when the guest does."), file.name.c_str());
    constexpr std::pair<const char *, const char *> kinds[] = {
        {"WantedBy", ".wants/"}, {"RequiredBy", ".requires/"}, {"UpheldBy", ".upholds/"}};
    for (const auto &[key, folder] : kinds)
        for (const auto &by : install(file, key))
            H2K_CHECK(requested.link({ours + by + folder + file.name, file.path}, reason));
    for (const auto &alias : install(file, "Alias"))
        if (ours + alias != file.path && alias.find('@') == alias.npos)
            H2K_CHECK(requested.link({ours + alias, file.path}, reason));
    for (const auto &also : install(file, "Also"))
        if (auto other = H2K_TRY(find_unit(requested, also)))
            H2K_CHECK(enable(requested, *std::move(other), seen));
    return {};
}

/// Is a link of that name for @unit?  All instances for a template.
bool names(const std::string &path, const std::string &unit) {
    const auto name = base_name(path);
    return name == unit || (instance_of(unit).empty() && !template_of(unit).empty() && template_of(name) == unit);
}

Result<> disable(RequestedChanges &requested, const UnitFile &file, std::set<std::string> &seen) {
    if (!seen.insert(file.name).second || seen.size() > most_units)
        return {};
    const auto reason = sentence(_("“%s” no longer starts when the guest does."), file.name.c_str());
    for (const auto *kind : {"*.wants/*", "*.requires/*", "*.upholds/*"})
        for (const auto &path : H2K_TRY(requested.guest().list(ours + kind)))
            if (names(path, file.name))
                H2K_CHECK(requested.absent(path, reason));
    for (const auto &alias : install(file, "Alias"))
        if (const auto to = H2K_TRY(requested.guest().link(ours + alias)); to && names(*to, file.name))
            H2K_CHECK(requested.absent(ours + alias, reason));
    for (const auto *folder : {"/usr/lib/systemd/system/*.wants/", "/lib/systemd/system/*.wants/"})
        if (!H2K_TRY(requested.guest().list(folder + replace_all(file.name, "\\", "\\\\"))).empty()) {
            requested.warn("services.started-by-distribution",
                           sentence(_("“%s” is started by the distribution itself; only masking it prevents that."),
                                    file.name.c_str()));
            break;
        }
    for (const auto &also : install(file, "Also"))
        if (const auto other = H2K_TRY(find_unit(requested, also)))
            H2K_CHECK(disable(requested, *other, seen));
    return {};
}

} // namespace

Result<bool> set_systemd_unit(RequestedChanges &requested, const std::string &unit, ServiceState state) {
    if (state == ServiceState::masked) {
        H2K_CHECK(requested.link({ours + unit, "/dev/null"}, sentence(_("“%s” is masked."), unit.c_str())));
        return true;
    }
    auto file = H2K_TRY(find_unit(requested, unit));
    if (!file)
        return false;
    std::set<std::string> seen;
    if (state == ServiceState::enabled)
        H2K_CHECK(enable(requested, *std::move(file), seen));
    else
        H2K_CHECK(disable(requested, *file, seen));
    return true;
}

} // namespace h2k
