// SPDX-License-Identifier: LGPL-2.1-or-later
// interfaces(5) of ifupdown, and the ifcfg files of RHEL's network-scripts, NetworkManager and SUSE's wicked.
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/nic_files.h"
#include "fixers/text/assignments.h"
#include "fixers/text/interfaces.h"
#include <algorithm>

namespace h2k {

namespace {

void add_name(NicFiles &into, const std::string &file, std::string name) {
    NicUse use;
    use.file = file;
    use.name = std::move(name);
    into.add(std::move(use));
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

/// The options of a stanza that make its interface, or name the cards beneath it.
void read_option(const std::string &file, const text::InterfaceStanza &stanza, const text::InterfaceOption &option,
                 NicFiles &into) {
    std::string name = option.name;
    std::ranges::replace(name, '_', '-');
    const bool lists_cards = is_one_of(name, {"bond-slaves", "slaves", "bridge-ports", "vlan-raw-device"});
    if (name.starts_with("bond-m") || lists_cards)
        into.made.insert(stanza.name);
    if (lists_cards)
        for (const auto &word : option.words)
            if (word.value != "none")
                add_name(into, file, without_suffix(word.value));
}

NicUse use_of(const std::string &file, const text::InterfaceStanza &stanza) {
    NicUse use;
    use.file = file;
    use.name = without_suffix(stanza.name);
    for (const auto &option : stanza.options)
        if (option.name == "hwaddress" && use.name == stanza.name)
            for (const auto &word : option.words)
                if (!normal_mac(word.value).empty())
                    use.macs.push_back({word, true});
    return use;
}

/// A stanza can also be a section that "mapping" or "auto eth0=home" chooses.
bool is_interface(const std::string &name, const std::set<std::string> &started) {
    return started.contains(name) || name.starts_with("e");
}

void read_interfaces(const std::string &file, const text::InterfacesFile &parsed, NicFiles &into) {
    const std::set<std::string> started(parsed.started.begin(), parsed.started.end());
    for (const auto &name : parsed.started)
        // "auto /eth*" is a pattern, "eth0=home" names a section to use.
        if (!is_pattern(name) && !name.starts_with('/'))
            add_name(into, file, without_suffix(name.substr(0, name.find('='))));
    for (const auto &stanza : parsed.stanzas) {
        if (is_pattern(stanza.name) || !is_interface(stanza.name, started))
            continue;
        for (const auto &option : stanza.options)
            read_option(file, stanza, option, into);
        into.add(use_of(file, stanza));
    }
}

bool is_left_over(std::string_view path) {
    return path.ends_with("~") || path.ends_with(".bak") || path.ends_with(".orig") || path.ends_with(".old") ||
           path.ends_with(".rpmsave") || path.ends_with(".rpmnew") || path.ends_with(".dpkg-old");
}

std::string value_of(const std::vector<text::Assignment> &all, std::string_view key) {
    const auto *found = text::last(all, key);
    return found ? found->value.value : std::string{};
}

void read_ifcfg_file(const std::string &path, const std::string &content, bool suse, NicFiles &into) {
    const auto all = text::parse_assignments(content);
    NicUse use;
    use.file = path;
    auto name = value_of(all, "DEVICE");
    if (name.empty() && suse)
        name = path.substr(path.rfind("/ifcfg-") + 7);
    const auto type = lower(value_of(all, "TYPE"));
    if (!type.empty() && !is_one_of(type, {"ethernet", "vlan"})) {
        into.made.insert(name);
        return;
    }
    for (const auto *key : {"PHYSDEV", "ETHERDEVICE"})
        if (const auto beneath = value_of(all, key); !beneath.empty())
            add_name(into, path, beneath);
    if (type == "vlan" && name.find('.') == std::string::npos)
        return;
    use.name = without_suffix(name);
    for (const auto &assignment : all)
        if (is_one_of(assignment.key, {"HWADDR", "MACADDR", "LLADDR"}) && !normal_mac(assignment.value.value).empty())
            use.macs.push_back({assignment.value, assignment.key != "HWADDR"});
    if (!use.name.empty() || !use.macs.empty())
        into.add(std::move(use));
}

} // namespace

Result<> read_ifupdown(const GuestView &guest, NicFiles &into) {
    constexpr std::size_t file_limit = 1024, most_patterns = 64;
    std::size_t patterns = 0;
    std::vector<std::string> files{"/etc/network/interfaces"};
    std::set<std::string> seen;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto path = files[i];
        if (!seen.insert(path).second || is_left_over(path))
            continue;
        const auto *content = H2K_TRY(into.read(guest, path));
        if (!content)
            continue;
        const auto parsed = text::parse_interfaces(*content);
        read_interfaces(path, parsed, into);
        for (const auto &pattern : parsed.sources) {
            if (++patterns > most_patterns) {
                text::warn_once(into.warnings,
                                sentence(_("“%s” sources more than is looked at; the rest was left out."),
                                         printable(path).c_str()));
                break;
            }
            // Relative patterns start at /etc/network, as interfaces(5) says.
            const auto glob = pattern.starts_with('/') ? pattern : "/etc/network/" + pattern;
            for (auto &found : H2K_TRY(guest.list(glob)))
                if (files.size() < file_limit)
                    files.push_back(std::move(found));
        }
    }
    return {};
}

Result<> read_ifcfg(const GuestView &guest, NicFiles &into) {
    for (const char *glob : {"/etc/sysconfig/network-scripts/ifcfg-*", "/etc/sysconfig/network/ifcfg-*"})
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            if (is_left_over(path))
                continue;
            const auto *content = H2K_TRY(into.read(guest, path));
            if (!content)
                continue;
            read_ifcfg_file(path, *content, path.starts_with("/etc/sysconfig/network/"), into);
        }
    return {};
}

} // namespace h2k
