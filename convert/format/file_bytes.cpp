// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/file_bytes.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

FileBytes::FileBytes(std::vector<HostFile> files, std::size_t block, GCancellable *cancel)
    : files_(std::move(files)), block_(block), cancel_(cancel) {
    for (const auto &file : files_)
        total_ += file.size(); // of regular files: no sum of theirs overflows
}

Result<FileBytes> FileBytes::open(const std::vector<Piece> &pieces, std::size_t block, GCancellable *cancel) {
    std::vector<HostFile> files;
    for (const auto &piece : pieces) {
        auto file = H2K_TRY(piece.held ? HostFile::of(piece.held, piece.path) : HostFile::open(piece.path));
        if (piece.window)
            files.push_back(H2K_TRY(file.part(piece.window->offset, piece.window->length, file.path())));
        else
            files.push_back(std::move(file));
        files.back().will_be_read_in_order();
    }
    return FileBytes{std::move(files), block, cancel};
}

Result<FileBytes> FileBytes::of(const HostFile &file, std::size_t block) {
    std::vector<HostFile> files;
    files.push_back(H2K_TRY(file.part(0, file.size(), file.name())));
    return FileBytes{std::move(files), block, nullptr};
}

Result<std::string_view> FileBytes::next() {
    H2K_CHECK(check_cancelled(cancel_));
    auto within = position_;
    for (const auto &file : files_) {
        if (within >= file.size()) {
            within -= file.size();
            continue;
        }
        held_ = H2K_TRY(file.read_some(within, block_));
        if (held_.empty())
            return fail(H2K_ERROR_SOURCE, _("“%s” became shorter while it was read."), file.name().c_str());
        position_ += held_.size();
        given_ += held_.size();
        return std::string_view{held_};
    }
    return std::string_view{};
}

std::uint64_t FileBytes::skip(std::uint64_t count) {
    const auto step = std::min(count, total_ - std::min(total_, position_));
    position_ += step;
    return step;
}

} // namespace h2k
