// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/utf16.h"
#include "convert/base/owned.h"
#include "convert/format/bytes.h"
#include <vector>

namespace h2k {

std::string utf16_text(std::string_view bytes, std::endian order) {
    std::vector<gunichar2> units;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        const auto unit =
            order == std::endian::little ? little_endian<gunichar2>(bytes, at) : big_endian<gunichar2>(bytes, at);
        if (unit == 0)
            break;
        units.push_back(unit);
    }
    if (units.empty())
        return {};
    const Owned<char> text{g_utf16_to_utf8(units.data(), static_cast<glong>(units.size()), nullptr, nullptr, nullptr)};
    return text ? std::string{text.get()} : std::string{};
}

} // namespace h2k
