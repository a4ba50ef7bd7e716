// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/network_use.h"
#include "convert/base/mac.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include <algorithm>
#include <bit>
#include <gio/gio.h>

namespace h2k {

namespace {

constexpr std::size_t most_texts = 64, longest_kind = 31, most_lower = 256;

bool is_address(std::string_view text) {
    return text.size() < 64 && g_hostname_is_ip_address(std::string{text}.c_str()) != FALSE;
}

/// 24 of "255.255.255.0" and of "24"; empty where @mask is neither.
std::string prefix_of(std::string_view mask) {
    if (const auto number = parse_number<unsigned>(mask, 0, 128))
        return std::to_string(*number);
    const auto parsed = Ref<GInetAddress>::adopt(g_inet_address_new_from_string(std::string{mask}.c_str()));
    if (!parsed)
        return {};
    unsigned bits = 0;
    const auto *bytes = g_inet_address_to_bytes(parsed.get());
    for (std::size_t i = 0; i < g_inet_address_get_native_size(parsed.get()); ++i)
        bits += static_cast<unsigned>(std::popcount(bytes[i]));
    return std::to_string(bits);
}

void add_lower(NetworkUse &use, std::string_view name) {
    if (!name.empty() && name.size() <= longest_interface_name && use.lower.size() < most_lower)
        use.lower.emplace_back(name);
}

} // namespace

void add_text(std::vector<std::string> &list, std::string_view text) {
    if (!text.empty() && text.size() <= longest_interface_name && list.size() < most_texts &&
        std::ranges::find(list, text) == list.end())
        list.emplace_back(text);
}

void add_address(std::vector<std::string> &list, std::string_view address, std::string_view mask) {
    const auto slash = address.find('/');
    const auto bare = address.substr(0, slash);
    if (!is_address(bare))
        return;
    const auto prefix = prefix_of(slash == std::string_view::npos ? mask : address.substr(slash + 1));
    add_text(list, prefix.empty() ? std::string{bare} : std::string{bare} + "/" + prefix);
}

void add_gateway(std::vector<std::string> &list, std::string_view gateway) {
    if (is_address(gateway))
        add_text(list, gateway);
}

void add_member(NetworkUse &use, std::string_view name) {
    add_text(use.settings.members, name);
    add_lower(use, name);
}

void set_parent(NetworkUse &use, std::string_view name) {
    if (name.empty() || name.size() > longest_interface_name)
        return;
    use.settings.parent = name;
    add_lower(use, name);
}

void set_kind(NetworkUse &use, std::string_view type) {
    use.settings.kind = type.size() <= longest_kind ? type : std::string_view{};
}

std::string_view trailing_digits(std::string_view name) {
    const auto last = name.find_last_not_of("0123456789");
    return name.substr(last == std::string_view::npos ? 0 : last + 1);
}

bool is_card_name(std::string_view name) {
    // IFNAMSIZ is 16 with the final NUL.
    if (name.empty() || name.size() > 15 || name == "lo" || name == "all" || name == "default")
        return false;
    if (!g_ascii_isalnum(name.front()) || !consists_of(name, "_-"))
        return false;
    for (const std::string_view made :
         {"bond",  "team", "bridge", "br-", "virbr", "vmbr", "docker", "veth", "tun", "tap", "wg", "ppp",
          "dummy", "vlan", "vxlan",  "lxc", "lxd",   "sit",  "gre",    "ip6",  "wl",  "ww",  "ib", "can"})
        if (name.starts_with(made))
            return false;
    return !(name.size() > 2 && name.starts_with("br") && g_ascii_isdigit(name[2]));
}

std::string without_suffix(std::string_view name) {
    const auto at = name.find_first_of(".:");
    return std::string{at == 0 ? name : name.substr(0, at)};
}

bool is_pattern(std::string_view pattern) { return pattern.find_first_of("*?[!") != std::string_view::npos; }

bool are_certain(const std::vector<std::string> &names) {
    bool any = false;
    for (const auto &name : names) {
        if (name.starts_with('!'))
            continue;
        if (is_pattern(name))
            return false;
        any = true;
    }
    return any && !names.front().starts_with('!'); // networkd takes a '!' at the front for all that follows
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

std::vector<text::Piece> macs_in(const text::Piece &piece) {
    auto words = text::words_of(piece);
    std::erase_if(words, [](const text::Piece &word) { return parse_mac(word.value).empty(); });
    return words;
}

} // namespace h2k
