// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <bit>
#include <string>
#include <string_view>

namespace h2k {

/// UTF-16 of the byte order @order as UTF-8, up to its end or its first NUL; empty if it is not valid UTF-16.
[[nodiscard]] std::string utf16_text(std::string_view bytes, std::endian order);

} // namespace h2k
