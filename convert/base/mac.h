// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// @text as a MAC in lower case with colons: twelve hexadecimal digits, in pairs with ':' or '-' between or without;
/// empty if @text is not a MAC.
[[nodiscard]] std::string parse_mac(std::string_view text);
/// Is @mac, as parse_mac() gives it, the address of a single card: not a multicast address, not all zeros?
[[nodiscard]] bool is_mac_of_card(std::string_view mac);

} // namespace h2k
