// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstring>
#include <string_view>

namespace h2k {

[[nodiscard]] inline bool is_all_zeros(std::string_view bytes) {
    return bytes.empty() || (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

} // namespace h2k
