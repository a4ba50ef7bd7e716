// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.network(5), systemd.netdev(5) and systemd.link(5).
#include "convert/network/nic_files.h"
#include "fixers/text/ini.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// The later ones belong to packages; /run is empty on a disk.
constexpr std::array folders{"/etc/systemd/network", "/usr/lib/systemd/network", "/lib/systemd/network"};

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
                use.macs.push_back(mac_pin(entry, std::move(piece), false));
        else if (entry.section == "Link" && entry.key == "MACAddress")
            for (auto &piece : macs_in(entry.value))
                use.macs.push_back(mac_pin(entry, std::move(piece), true));
        else if (in_match && (entry.key == "Path" || (entry.key == "Driver" && !is_software_driver(entry.value.value))))
            use.hardware.push_back({entry.key == "Path" ? HardwarePin::bus_path : HardwarePin::driver, entry.value,
                                    entry.line, false, true});
    }
    // A drop-in's conditions come on top of those of its main file, which cannot be without any.
    for (auto &pin : use.hardware)
        pin.alone = conditions == use.hardware.size() && !path.ends_with(".conf");
    return use;
}

void add_patterns(const std::string &path, const std::vector<text::Piece> &names, NicFiles &into) {
    constexpr std::size_t most = 64;
    NamePatterns patterns{path, {}};
    for (const auto &word : names)
        if (patterns.any_of.size() < most)
            patterns.any_of.push_back(word.value);
    into.patterns.push_back(std::move(patterns));
}

void read_network(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *type = text::entry_of(all, "Match", "Type");
    if ((type && type->value.value != "ether") || text::entry_of(all, "Match", "Kind") ||
        text::entry_of(all, "Match", "Virtualization"))
        return;
    for (const auto *key : {"Bond", "Bridge", "VLAN"})
        for (const auto &entry : all)
            if (entry.section == "Network" && entry.key == key)
                for (const auto &word : words_of(entry.value))
                    into.made.insert(word.value);
    auto use = match_of(path, all);
    const auto *name = text::entry_of(all, "Match", "Name");
    const auto names = name ? words_of(name->value) : std::vector<text::Piece>{};
    for (auto &pin : use.macs)
        pin.on_line = pin.on_line && names.size() == 1;
    bool named = false, has_pattern = false;
    for (const auto &word : names) {
        if (into.is_full())
            break;
        if (is_pattern(word.value)) {
            has_pattern = has_pattern || !word.value.starts_with('!');
            continue;
        }
        use.name = without_suffix(word.value);
        into.add(use);
        named = true;
    }
    if (has_pattern && path.starts_with("/etc/"))
        add_patterns(path, names, into);
    if (!named && (!use.macs.empty() || !use.hardware.empty()))
        into.add(std::move(use));
}

void read_link(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *name = text::entry_of(all, "Link", "Name");
    if (!name || path.starts_with(own_link_prefix))
        return;
    auto use = match_of(path, all);
    for (auto &pin : use.macs)
        pin.on_line = false;
    use.name = name->value.value;
    use.is_link = true;
    into.add(std::move(use));
}

void read_netdev(const std::string &path, const std::vector<text::IniEntry> &all, NicFiles &into) {
    const auto *name = text::entry_of(all, "NetDev", "Name");
    if (!name)
        return;
    into.made.insert(name->value.value);
    NicUse use;
    use.file = path;
    use.name = name->value.value;
    for (const auto &entry : all)
        if (entry.section == "NetDev" && entry.key == "MACAddress" && !normal_mac(entry.value.value).empty())
            use.macs.push_back(mac_pin(entry, entry.value, true));
    into.add(std::move(use));
}

} // namespace

Result<> read_networkd(const GuestView &guest, NicFiles &into) {
    for (const char *glob : {"*.netdev", "*.network", "*.network.d/*.conf", "*.link"}) {
        const bool drop_in = std::string_view{glob}.ends_with(".conf");
        auto paths = drop_in ? H2K_TRY(guest.list(std::string{"/etc/systemd/network/"} + glob))
                             : H2K_TRY(files_in_order(guest, {folders[0], folders[1], folders[2]}, glob));
        for (const auto &path : paths) {
            const auto *content = H2K_TRY(into.read(guest, path));
            if (!content)
                continue;
            const auto all = text::parse_ini(*content);
            if (path.ends_with(".link"))
                read_link(path, all, into);
            else if (!path.ends_with(".netdev"))
                read_network(path, all, into);
            else
                read_netdev(path, all, into);
        }
    }
    return {};
}

} // namespace h2k
