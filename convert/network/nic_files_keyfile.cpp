// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkManager's keyfiles (nm-settings-keyfile(5)).
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include "fixers/text/ini.h"
#include <algorithm>

namespace h2k {

namespace {

bool is_card_section(std::string_view section) { return section == "ethernet" || section == "802-3-ethernet"; }

/// The cards that connections of other types stand on; a UUID or MAC is no card's name.
void add_parents(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    for (const auto &entry : all)
        if (entry.key == "parent" &&
            (entry.section == "vlan" || entry.section == "macvlan" || entry.section == "vxlan"))
            add_beneath(into, path, without_suffix(entry.value.value));
        else if (entry.section == "connection" && (entry.key == "master" || entry.key == "controller"))
            into.made.insert(entry.value.value);
}

void add_pins(const std::vector<text::IniEntry> &all, NicUse &use) {
    for (const auto &entry : all) {
        if (is_card_section(entry.section) && (entry.key == "mac-address" || entry.key == "cloned-mac-address"))
            for (auto &word : words_of(entry.value))
                if (!normal_mac(word.value).empty())
                    use.macs.push_back(mac_pin(entry, std::move(word), entry.key != "mac-address"));
        if (entry.section == "match" && (entry.key == "driver" || entry.key == "path"))
            use.hardware.push_back({entry.key == "path" ? HardwarePin::bus_path : HardwarePin::driver, entry.value,
                                    entry.line, false, true});
    }
    for (auto &pin : use.hardware)
        pin.alone = use.name.empty() && use.macs.empty() && !text::entry_of(all, "match", "interface-name");
}

/// [match] interface-name is a list of names and patterns, each with '!', '|' or '&' before it at will.
std::vector<std::string> matched_names(const std::vector<text::IniEntry> &all) {
    std::vector<std::string> found;
    const auto *entry = text::entry_of(all, "match", "interface-name");
    for (const auto &part : split(entry ? entry->value.value : std::string{}, ';'))
        for (auto name : words(part)) {
            if (name.starts_with('|') || name.starts_with('&'))
                name.erase(0, 1);
            if (!name.empty() && !name.starts_with('!') && !is_pattern(name))
                found.push_back(std::move(name));
        }
    return found;
}

void read_keyfile(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *type = text::entry_of(all, "connection", "type");
    const auto *name = text::entry_of(all, "connection", "interface-name");
    add_parents(path, all, into);
    NicUse use;
    use.file = path;
    use.name = name ? name->value.value : "";
    if (type && !is_card_section(type->value.value)) {
        if (name)
            into.made.insert(use.name);
        add_pins(all, use);
        use.hardware.clear();
        if (!use.name.empty() && !use.macs.empty())
            into.add(std::move(use));
        return;
    }
    add_pins(all, use);
    const auto names = matched_names(all);
    for (auto &pin : use.macs)
        pin.on_line = pin.on_line && names.size() < 2;
    for (const auto &matched : names)
        if (use.name.empty() && !into.is_full()) {
            auto one = use;
            one.name = matched;
            into.add(std::move(one));
        }
    if (!use.name.empty() || (names.empty() && (!use.macs.empty() || !use.hardware.empty())))
        into.add(std::move(use));
}

} // namespace

Result<> read_network_manager(const GuestView &guest, NicFiles &into) {
    for (const auto &path : H2K_TRY(files_in_order(
             guest, {"/etc/NetworkManager/system-connections", "/usr/lib/NetworkManager/system-connections"}, "*"))) {
        // In the packages' folder the suffix is demanded.
        if (is_left_over(path) || (path.starts_with("/usr/") && !path.ends_with(".nmconnection")))
            continue;
        const auto *content = H2K_TRY(into.read(guest, path));
        if (content)
            read_keyfile(path, text::parse_ini(*content), into);
    }
    return {};
}

} // namespace h2k
