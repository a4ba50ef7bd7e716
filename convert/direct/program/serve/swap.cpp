// SPDX-License-Identifier: LGPL-2.1-or-later
//
// union swap_header of the kernel's include/linux/swap.h: the signature is at the end of the first page.
#include "convert/direct/program/serve/swap.h"
#include <array>
#include <string_view>

namespace h2k {

Result<> empty_swap(Bytes &bytes) {
    constexpr std::string_view signature = "SWAPSPACE2";
    for (std::uint64_t page = 4096; page <= 65536; page *= 2) {
        std::array<char, signature.size()> found{};
        if (bytes.size() <= page)
            break;
        H2K_CHECK(bytes.read(page - found.size(), found));
        if (std::string_view{found.data(), found.size()} == signature)
            return bytes.discard(page, bytes.size() - page);
    }
    return {};
}

} // namespace h2k
