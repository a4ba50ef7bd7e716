// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/entry_bytes.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::array<char, 64u << 10> zeros{};

std::string_view some_zeros(std::uint64_t count) {
    return {zeros.data(), static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()))};
}

} // namespace

EntryBytes::EntryBytes(ArchiveReader &reader, const ArchiveEntry &entry, Watcher watch)
    : reader_(reader), size_(entry.sparse ? entry.size.value_or(0) : 0), watch_(std::move(watch)) {}

/// The hole before @block, if there is one, and @block.
Result<> EntryBytes::watch(std::uint64_t from, const ArchiveReader::Block &block) {
    if (!watch_)
        return {};
    while (from < block.offset) {
        const auto hole = some_zeros(block.offset - from);
        H2K_CHECK(watch_(hole));
        from += hole.size();
    }
    return watch_(block.bytes);
}

/// The next block from libarchive; after the last one, once, an empty one where the member ends with a hole.
Result<std::optional<ArchiveReader::Block>> EntryBytes::fetch() {
    if (over_)
        return std::nullopt;
    auto block = H2K_TRY(reader_.read());
    if (!block) {
        over_ = true;
        if (end_ >= size_)
            return std::nullopt;
        block = ArchiveReader::Block{.bytes = {}, .offset = size_};
    }
    if (block->offset < end_)
        return fail(H2K_ERROR_SOURCE, "%s", _("The archive is damaged: parts of a member overlap."));
    H2K_CHECK(watch(end_, *block));
    end_ = block->offset + block->bytes.size();
    return block;
}

Result<std::string_view> EntryBytes::peek() {
    if (!held_)
        held_ = H2K_TRY(fetch());
    return held_ && held_->offset == next_ ? held_->bytes : std::string_view{};
}

Result<std::optional<ArchiveReader::Block>> EntryBytes::block() {
    auto found = held_ ? std::exchange(held_, std::nullopt) : H2K_TRY(fetch());
    if (found)
        next_ = found->offset + found->bytes.size();
    return found;
}

Result<std::string_view> EntryBytes::next() {
    do {
        if (!held_)
            held_ = H2K_TRY(fetch());
        if (!held_)
            return std::string_view{};
        if (next_ < held_->offset) {
            const auto hole = some_zeros(held_->offset - next_);
            next_ += hole.size();
            return hole;
        }
        const auto bytes = held_->bytes;
        held_.reset();
        next_ += bytes.size();
        if (!bytes.empty())
            return bytes;
    } while (true);
}

Result<std::uint64_t> EntryBytes::finish() {
    while (H2K_TRY(block())) {
    }
    return std::max(end_, size_);
}

} // namespace h2k
