// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/copy.h"
#include "convert/fetch/sparse_file.h"
#include "convert/format/file_bytes.h"

namespace h2k {

Result<> copy_bytes(const Piece &from, const std::string &to, GCancellable *cancel) {
    constexpr std::size_t at_once = 1u << 20;
    auto bytes = H2K_TRY(FileBytes::open({from}, at_once, cancel));
    auto file = H2K_TRY(SparseFile::create(to));
    for (;;) {
        const auto at = bytes.position();
        const auto some = H2K_TRY(bytes.next());
        if (some.empty())
            break;
        H2K_CHECK(file.put(at, some));
    }
    H2K_CHECK(file.finish(bytes.total()));
    file.keep();
    return {};
}

} // namespace h2k
