// SPDX-License-Identifier: LGPL-2.1-or-later
// What libarchive and zlib unpack.  The first byte picks what is asked for.
#include "convert/format/archive/program/unpacker.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/packed_input.h"
#include <array>

using namespace h2k;
using fuzz::require;

/// A packed byte can become a thousand; these are enough to see it.
static constexpr std::uint64_t most_bytes = 16u << 20;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    if (size == 0)
        return 0;
    constexpr std::array kinds{PackedKind::tar, PackedKind::archive, PackedKind::stream, PackedKind::kernel};
    fuzz::PackedInput input{fuzz::text_of(data + 1, size - 1)};
    auto content = Unpacker::open(input, kinds[(data[0] - '0') % kinds.size()]);
    if (!content)
        return 0;
    for (int members = 0; members < 1000; ++members) {
        const auto entry = content->next();
        if (!entry || !*entry)
            return 0;
        for (std::uint64_t bytes = 0; bytes < most_bytes;) {
            const auto block = content->read();
            if (!block || !*block)
                break;
            bytes += (*block)->bytes.size();
            require((*block)->offset <= UINT64_MAX - (*block)->bytes.size());
        }
        (void)content->header_position();
        (void)content->position();
    }
    return 0;
}
