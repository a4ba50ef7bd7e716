// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.network(5), systemd.netdev(5), systemd.link(5), and NetworkManager's keyfiles (nm-settings-keyfile(5)).
#include "convert/base/i18n.h"
#include "fixers/linux/nic_files.h"
#include "fixers/text/ini.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

namespace {

/// Would a card on libvirt's machines be called so?
bool takes_any_card(const std::string &pattern) {
    return fnmatch(pattern.c_str(), "enp1s0", 0) == 0 || fnmatch(pattern.c_str(), "eth0", 0) == 0;
}

std::vector<text::Piece> macs_in(const text::Piece &value) {
    auto words = words_of(value);
    std::erase_if(words, [](const text::Piece &word) { return normal_mac(word.value).empty(); });
    return words;
}

/// What a [Match] section demands, and the MAC that [Link] sets.
NicUse match_of(const std::string &path, const std::vector<text::IniEntry> &all) {
    NicUse use;
    use.file = path;
    std::size_t conditions = 0;
    for (const auto &entry : all) {
        const bool in_match = entry.section == "Match";
        conditions += in_match;
        if (in_match && (entry.key == "MACAddress" || entry.key == "PermanentMACAddress"))
            for (auto &piece : macs_in(entry.value))
                use.macs.push_back({std::move(piece), false});
        else if (entry.section == "Link" && entry.key == "MACAddress")
            for (auto &piece : macs_in(entry.value))
                use.macs.push_back({std::move(piece), true});
        else if (in_match && (entry.key == "Driver" || entry.key == "Path"))
            use.hardware.push_back({entry.key == "Path" ? HardwarePin::bus_path : HardwarePin::driver, entry.value,
                                    entry.line, false, true});
    }
    for (auto &pin : use.hardware)
        pin.alone = conditions == use.hardware.size();
    return use;
}

void read_network(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *type = text::entry_of(all, "Match", "Type");
    if (type && type->value.value != "ether")
        return;
    auto use = match_of(path, all);
    bool named = false;
    if (const auto *name = text::entry_of(all, "Match", "Name"))
        for (const auto &word : words_of(name->value)) {
            if (into.is_full())
                break;
            if (is_pattern(word.value)) {
                if (!word.value.starts_with('!') && !takes_any_card(word.value))
                    into.warn(_("“%s” is for interfaces called “%s”, and no interface may be called so on the target."),
                              printable(path).c_str(), printable(word.value).c_str());
                continue;
            }
            use.name = without_suffix(word.value);
            into.add(use);
            named = true;
        }
    if (!named && (!use.macs.empty() || !use.hardware.empty()))
        into.add(std::move(use));
}

void read_link(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *name = text::entry_of(all, "Link", "Name");
    if (!name || path.starts_with(own_link_prefix))
        return;
    auto use = match_of(path, all);
    use.name = name->value.value;
    use.is_link = true;
    into.add(std::move(use));
}

void read_keyfile(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *type = text::entry_of(all, "connection", "type");
    const auto *name = text::entry_of(all, "connection", "interface-name");
    const auto *parent = text::entry_of(all, "vlan", "parent");
    NicUse use;
    use.file = path;
    if (parent) {
        use.name = parent->value.value;
        into.add(use);
    }
    if (type && type->value.value != "ethernet" && type->value.value != "802-3-ethernet") {
        if (name)
            into.made.insert(name->value.value);
        return;
    }
    use.name = name ? name->value.value : "";
    for (const auto &entry : all) {
        const bool card = entry.section == "ethernet" || entry.section == "802-3-ethernet";
        if (card && (entry.key == "mac-address" || entry.key == "cloned-mac-address"))
            for (auto &piece : macs_in(entry.value))
                use.macs.push_back({std::move(piece), entry.key != "mac-address"});
        if (entry.section == "match" && (entry.key == "driver" || entry.key == "path"))
            use.hardware.push_back({entry.key == "path" ? HardwarePin::bus_path : HardwarePin::driver, entry.value,
                                    entry.line, false, true});
    }
    if (!use.name.empty() || !use.macs.empty() || !use.hardware.empty())
        into.add(std::move(use));
}

} // namespace

Result<> read_networkd(const GuestView &guest, NicFiles &into) {
    for (const char *glob :
         {"/etc/systemd/network/*.netdev", "/etc/systemd/network/*.network", "/etc/systemd/network/*.link"})
        for (const auto &path : H2K_TRY(guest.list(glob))) {
            const auto *content = H2K_TRY(into.read(guest, path));
            if (!content)
                continue;
            const auto all = text::parse_ini(*content);
            if (path.ends_with(".network"))
                read_network(path, all, into);
            else if (path.ends_with(".link"))
                read_link(path, all, into);
            else if (const auto *name = text::entry_of(all, "NetDev", "Name"))
                into.made.insert(name->value.value);
        }
    return {};
}

Result<> read_network_manager(const GuestView &guest, NicFiles &into) {
    for (const auto &path : H2K_TRY(guest.list("/etc/NetworkManager/system-connections/*"))) {
        const auto *content = H2K_TRY(into.read(guest, path));
        if (!content)
            continue;
        read_keyfile(path, text::parse_ini(*content), into);
    }
    return {};
}

} // namespace h2k
