// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/stream_bytes.h"

namespace h2k {

Result<std::string_view> StreamBytes::next() {
    if (!reader_ && !over_) {
        reader_.emplace(H2K_TRY(ArchiveReader::open(whole_, name_, ArchiveReader::Kind::stream)));
        over_ = !H2K_TRY(reader_->next()).has_value();
    }
    while (!over_) {
        const auto block = H2K_TRY(reader_->read());
        over_ = !block;
        if (block && !block->bytes.empty())
            return block->bytes;
    }
    return std::string_view{};
}

} // namespace h2k
