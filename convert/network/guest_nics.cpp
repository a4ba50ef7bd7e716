// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/guest_nics.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"
#include <algorithm>
#include <map>
#include <set>

namespace h2k {

namespace {

/// More than a machine has slots for.
constexpr std::size_t most_nics = 32;

/// The first MAC of each name.
std::map<std::string, std::string> first_macs(const NicFiles &files, bool sets) {
    std::map<std::string, std::string> found;
    for (const auto &use : files.uses)
        for (const auto &pin : use.macs)
            if (pin.sets == sets && !use.made)
                found.try_emplace(use.name, parse_mac(pin.piece.value));
    return found;
}

void add_named(const NicFiles &files, bool rules, std::vector<GuestNic> &nics) {
    auto macs = first_macs(files, false);
    macs.merge(first_macs(files, true));
    for (const auto &[mac, name] : files.own_links)
        macs.try_emplace(name, mac);
    std::set<std::string> seen;
    for (const auto &use : files.uses) {
        // A rule that requires no card in particular names those of the target as well, and stays.
        if (use.is_rule && use.macs.empty() && use.hardware.empty())
            continue;
        if (use.name.empty() || use.made || use.is_rule != rules || !seen.insert(use.name).second)
            continue;
        const auto mac = macs.find(use.name);
        nics.push_back({use.name, mac == macs.end() ? "" : mac->second, use.file});
    }
}

/// Cards that are identified by MAC or bus address alone, and by no name of another file.
std::vector<GuestNic> nameless(const NicFiles &files, const std::vector<GuestNic> &nics) {
    std::vector<GuestNic> found;
    std::set<std::string> seen;
    for (const auto &nic : nics)
        seen.insert(nic.mac);
    for (const auto &use : files.uses) {
        for (const auto &pin : use.macs) {
            const auto mac = parse_mac(pin.piece.value);
            if (use.name.empty() && !pin.sets && seen.insert(mac).second)
                found.push_back({"", mac, use.file});
        }
        if (!use.renamed.empty() && use.macs.empty())
            found.push_back({"", "", use.file});
    }
    std::ranges::stable_sort(found, {}, [](const GuestNic &nic) { return std::pair{nic.mac.empty(), nic.mac}; });
    return found;
}

/// One file may identify a card by its MAC, while another mentions its old name as that of a VLAN's parent or the like:
/// where both ways give the same number of cards, they are the same cards.
void add_nameless(const NicFiles &files, std::vector<GuestNic> &nics) {
    auto unnamed = nameless(files, nics);
    std::set<std::string> configured;
    for (const auto &use : files.uses)
        if (!use.beneath)
            configured.insert(use.name);
    std::vector<GuestNic *> spoken_of;
    for (auto &nic : nics)
        if (nic.mac.empty() && !configured.contains(nic.name))
            spoken_of.push_back(&nic);
    std::ranges::sort(spoken_of, [](auto *a, auto *b) { return natural_less(a->name, b->name); });
    if (spoken_of.size() == unnamed.size())
        for (std::size_t i = 0; i < unnamed.size(); ++i)
            spoken_of[i]->mac = unnamed[i].mac;
    else
        std::ranges::move(unnamed, std::back_inserter(nics));
}

} // namespace

bool natural_less(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (!g_ascii_isdigit(a[i]) || !g_ascii_isdigit(b[j])) {
            if (a[i] != b[j])
                return a[i] < b[j];
            ++i, ++j;
            continue;
        }
        const auto from_a = i, from_b = j;
        while (i < a.size() && g_ascii_isdigit(a[i]))
            ++i;
        while (j < b.size() && g_ascii_isdigit(b[j]))
            ++j;
        if (i - from_a != j - from_b)
            return i - from_a < j - from_b;
        if (const int order = a.substr(from_a, i - from_a).compare(b.substr(from_b, j - from_b)); order != 0)
            return order < 0;
    }
    return a.size() - i < b.size() - j;
}

Result<bool> uses_kernel_names(const GuestView &guest) {
    Notices ignored; // the fixer of boot loaders warns of the same files
    text::ConfigReader reader{256, 16u << 20};
    for (const char *glob : {"/etc/default/grub", "/boot/grub*/grub.cfg", "/boot/loader/entries/*.conf",
                             "/boot/grub2/grubenv", "/etc/kernel/cmdline"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (const auto file = H2K_TRY(reader.read(guest, path, ignored, text::grub_limit));
                file && file->find("net.ifnames=0") != std::string::npos)
                return true;
    // What PredictableNetworkInterfaceNames documents as ways to turn the names off.
    for (const char *path : {"/etc/systemd/network/99-default.link", "/etc/udev/rules.d/80-net-setup-link.rules",
                             "/etc/udev/rules.d/80-net-name-slot.rules"})
        if (H2K_TRY(is_masked(guest, path)))
            return true;
    return false;
}

Result<bool> is_masked(const GuestView &guest, const std::string &path) {
    if (const auto to = H2K_TRY(guest.link(path)); to && *to == "/dev/null")
        return true;
    const auto content = H2K_TRY(guest.read(path));
    return content && trim(*content).empty();
}

Result<std::vector<GuestNic>> find_guest_nics(const GuestView &guest) {
    auto files = H2K_TRY(read_nic_files(guest));
    return find_guest_nics(guest, files);
}

Result<std::vector<GuestNic>> find_guest_nics(const GuestView &guest, NicFiles &files) {
    std::vector<GuestNic> nics;
    add_named(files, false, nics);
    // Old rules keep the names of removed cards; they count only where nothing else names a card.
    if (nics.empty())
        add_named(files, true, nics);
    add_nameless(files, nics);
    const bool kernel_names = H2K_TRY(uses_kernel_names(guest));
    const auto rank = [&](const GuestNic &nic) {
        return nic.name.empty() ? 2 : nic.name.starts_with("eth") == kernel_names ? 0 : 1;
    };
    std::ranges::stable_sort(nics, [&](const GuestNic &a, const GuestNic &b) {
        if (rank(a) != rank(b))
            return rank(a) < rank(b);
        return a.name == b.name ? a.mac < b.mac : natural_less(a.name, b.name);
    });
    if (nics.size() > most_nics) {
        files.warn("network.too-many-cards",
                   sentence(_("The guest's files name %zu network cards; only the first %zu are considered."),
                            nics.size(), most_nics));
        nics.resize(most_nics);
    }
    return nics;
}

} // namespace h2k
