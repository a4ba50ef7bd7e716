// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/nic_files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <cstdarg>

namespace h2k {

/// Bounds that no guest comes near; what one file says may be repeated for each of its uses.
static constexpr std::size_t most_uses = 4096, most_pins = 64, most_warnings = 100;

bool NicFiles::is_full() const { return uses.size() >= most_uses; }

void NicFiles::add(NicUse use) {
    if (is_full() || use.macs.size() > most_pins || use.hardware.size() > most_pins)
        text::warn_once(warnings, sentence(_("“%s” says more of network cards than is looked at; the rest was left "
                                             "out."),
                                           printable(use.file).c_str()));
    if (is_full())
        return;
    use.macs.resize(std::min(use.macs.size(), most_pins));
    use.hardware.resize(std::min(use.hardware.size(), most_pins));
    uses.push_back(std::move(use));
}

Result<const std::string *> NicFiles::read(const GuestView &guest, const std::string &path) {
    auto file = H2K_TRY(reader_.read(guest, path, warnings));
    if (!file)
        left_out.insert(path);
    return file ? &(contents[path] = *std::move(file)) : nullptr;
}

void NicFiles::warn(const char *format, ...) {
    if (warnings.size() >= most_warnings)
        return;
    va_list arguments;
    va_start(arguments, format);
    const Owned<char> text{g_strdup_vprintf(format, arguments)};
    va_end(arguments);
    warnings.emplace_back(text.get());
}

Result<NicFiles> read_nic_files(const GuestView &guest) {
    NicFiles found;
    for (const auto read : {read_ifupdown, read_ifcfg, read_networkd, read_netplan, read_network_manager,
                            read_other_files, read_udev_rules})
        H2K_CHECK(read(guest, found));
    for (auto &use : found.uses)
        use.made = !use.name.empty() && (found.made.contains(use.name) || !is_card_name(use.name));
    std::erase_if(found.uses, [](const NicUse &use) { return use.made && use.macs.empty(); });
    return found;
}

std::string place_to_edit(const std::string &path) {
    for (const std::string_view packaged : {"/usr/lib/", "/lib/"})
        if (path.starts_with(packaged))
            return "/etc/" + path.substr(packaged.size());
    return path;
}

void add_beneath(NicFiles &into, const std::string &file, std::string name) {
    NicUse use;
    use.file = file;
    use.name = std::move(name);
    use.beneath = true;
    into.add(std::move(use));
}

bool is_software_driver(std::string_view driver) {
    constexpr std::array made{"veth",    "bridge", "bonding",   "team",        "tun",         "dummy", "macvlan",
                              "macvtap", "vxlan",  "wireguard", "openvswitch", "802.1Q VLAN", "ifb",   "vrf"};
    return std::ranges::find(made, driver) != made.end();
}

bool is_card_name(std::string_view name) {
    // IFNAMSIZ is 16 with the final NUL.
    if (name.empty() || name.size() > 15 || name == "lo" || name == "all" || name == "default")
        return false;
    if (!g_ascii_isalnum(name.front()) ||
        !std::ranges::all_of(name, [](char c) { return g_ascii_isalnum(c) || c == '_' || c == '-'; }))
        return false;
    for (const std::string_view made :
         {"bond",  "team", "bridge", "br-", "virbr", "vmbr", "docker", "veth", "tun", "tap", "wg", "ppp",
          "dummy", "vlan", "vxlan",  "lxc", "lxd",   "sit",  "gre",    "ip6",  "wl",  "ww",  "ib", "can"})
        if (name.starts_with(made))
            return false;
    return !(name.size() > 2 && name.starts_with("br") && g_ascii_isdigit(name[2]));
}

std::string without_suffix(std::string_view name) { return std::string{name.substr(0, name.find_first_of(".:"))}; }

std::vector<text::Piece> words_of(const text::Piece &piece) {
    std::vector<text::Piece> found;
    constexpr std::string_view blanks = " \t";
    const std::string_view text = piece.value;
    for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        found.push_back({std::string{text.substr(at, end - at)}, piece.at + at, end - at});
        at = text.find_first_not_of(blanks, end);
    }
    return found;
}

bool is_pattern(std::string_view pattern) { return pattern.find_first_of("*?[!") != std::string_view::npos; }

} // namespace h2k
