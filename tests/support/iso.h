// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k::test {

/// The least that looks like an ISO image: 34 sectors, with @magic where the first descriptor has its identifier, and
/// @content at its end.
inline std::string iso_bytes(const std::string &content = "content", const std::string &magic = "\1CD001") {
    constexpr std::size_t sector = 2048;
    std::string bytes(34 * sector, '\0');
    bytes.replace(16 * sector, magic.size(), magic);
    bytes.replace(bytes.size() - content.size(), content.size(), content);
    return bytes;
}

} // namespace h2k::test
