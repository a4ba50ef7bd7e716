// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/source/ovf/manifest/manifest.h"
#include "tests/support/notices.h"
#include <algorithm>

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto manifest = parse_manifest({reinterpret_cast<const char *>(data), size}, "fuzz.mf");
    if (!manifest) {
        require(manifest.error().is(H2K_ERROR_SOURCE));
        return 0;
    }
    for (const auto &[name, algorithm, digest] : manifest->entries) {
        require(!name.empty() && digest == lower(digest));
        require(digest.size() == 2 * static_cast<std::size_t>(g_checksum_type_get_length(algorithm)));
        require(std::ranges::all_of(digest, [](char c) { return g_ascii_isxdigit(c); }));
    }
    require(test::texts_of(manifest->notices).size() <= 11);
    return 0;
}
