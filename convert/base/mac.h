// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// @text as a MAC in lower case with colons: twelve hexadecimal digits, in pairs with ':' or '-' between or without;
/// empty where it is none.
[[nodiscard]] std::string parse_mac(std::string_view text);
/// Is @mac, as parse_mac() gives it, the address of one card, rather than of a group or none?
[[nodiscard]] bool is_mac_of_card(std::string_view mac);

} // namespace h2k
