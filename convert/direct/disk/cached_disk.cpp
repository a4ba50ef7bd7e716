// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/disk/cached_disk.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <bit>

namespace h2k {

namespace {

constexpr std::size_t most_cached = 64u << 20; ///< bytes of each disk
constexpr std::uint64_t most_fetched = 32;     ///< blocks of one request
constexpr std::uint64_t most_ahead = 8;        ///< of these, that nobody has asked for yet

Result<> require_within(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    if (offset > size || length > size - offset)
        return fail(H2K_ERROR_SOURCE, "%s", _("What is asked for lies beyond the end of the guest's disk."));
    return {};
}

/// The bits of the pieces that have a byte in [@from, @to), which is not empty.
std::uint32_t pieces(std::size_t from, std::size_t to) {
    const auto first = from / CachedDisk::piece_bytes, last = (to - 1) / CachedDisk::piece_bytes;
    return ~0u << first & ~0u >> (31 - last);
}

} // namespace

std::size_t CachedDisk::length_of(std::uint64_t index) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, size() - index * block_bytes));
}

CachedDisk::Block *CachedDisk::cached(std::uint64_t index) {
    const auto found = at_.find(index);
    if (found == at_.end())
        return nullptr;
    blocks_.splice(blocks_.begin(), blocks_, found->second);
    return &blocks_.front();
}

/// A block that has no content yet, where the one that was not used for the longest time was.
Result<CachedDisk::Block *> CachedDisk::add(std::uint64_t index) {
    if (blocks_.size() >= most_blocks_) {
        H2K_CHECK(write_back(blocks_.back()));
        at_.erase(blocks_.back().index);
        blocks_.splice(blocks_.begin(), blocks_, std::prev(blocks_.end()));
    } else {
        blocks_.emplace_front();
    }
    auto &block = blocks_.front();
    block.index = index;
    block.dirty = 0;
    block.size = length_of(index);
    at_[index] = blocks_.begin();
    return &block;
}

/// The blocks from @index, which is missing, up to @end or to the first that is not.
Result<> CachedDisk::fetch(std::uint64_t index, std::uint64_t end) {
    ahead_ = index == next_ ? std::min(2 * ahead_, most_ahead) : 1;
    end = std::max(end, index + ahead_);
    end = std::min(
        {end, index + std::min<std::uint64_t>(most_fetched, most_blocks_), (size() + block_bytes - 1) / block_bytes});
    auto last = index + 1;
    while (last < end && !at_.contains(last))
        ++last;
    next_ = last;
    const auto size = (last - index - 1) * block_bytes + length_of(last - 1);
    fetched_.resize(std::max(fetched_.size(), size));
    H2K_CHECK(connection_.read(index * block_bytes, std::span{fetched_}.first(size)));
    for (auto at = last; at-- > index;) { // so that @index is the newest
        auto *block = H2K_TRY(add(at));
        std::copy_n(fetched_.data() + (at - index) * block_bytes, block->size, block->data.get());
    }
    return {};
}

/// The block @index.  If it has to be fetched, what is missing up to the block @end comes with it.
Result<CachedDisk::Block *> CachedDisk::block(std::uint64_t index, std::uint64_t end) {
    if (auto *found = cached(index))
        return found;
    H2K_CHECK(fetch(index, end));
    return cached(index);
}

Result<> CachedDisk::read(std::uint64_t offset, std::span<char> to) {
    H2K_CHECK(require_within(offset, to.size(), size()));
    while (!to.empty()) {
        const auto *from = H2K_TRY(block(offset / block_bytes, (offset + to.size() - 1) / block_bytes + 1));
        const auto within = static_cast<std::size_t>(offset % block_bytes);
        const auto length = std::min(to.size(), from->size - within);
        std::copy_n(from->data.get() + within, length, to.begin());
        to = to.subspan(length);
        offset += length;
    }
    return {};
}

Result<> CachedDisk::write(std::uint64_t offset, std::string_view from) {
    H2K_CHECK(require_within(offset, from.size(), size()));
    while (!from.empty()) {
        const auto index = offset / block_bytes;
        const auto within = static_cast<std::size_t>(offset % block_bytes);
        const auto length = std::min(from.size(), length_of(index) - within);
        auto *to = cached(index);
        if (!to)
            to = length == length_of(index) ? H2K_TRY(add(index)) : H2K_TRY(block(index, index + 1));
        std::copy_n(from.begin(), length, to->data.get() + within);
        to->dirty |= pieces(within, within + length);
        from.remove_prefix(length);
        offset += length;
    }
    return {};
}

Result<> CachedDisk::write_back(Block &block) const {
    while (block.dirty != 0) {
        const auto first = static_cast<unsigned>(std::countr_zero(block.dirty));
        const auto number = static_cast<unsigned>(std::countr_one(block.dirty >> first));
        const auto from = first * piece_bytes;
        const auto to = std::min((first + number) * piece_bytes, block.size);
        H2K_CHECK(connection_.write(block.index * block_bytes + from, {block.data.get() + from, to - from}));
        block.dirty &= ~pieces(from, to);
    }
    return {};
}

/// The bytes [@from, @to) of @block are zero for the server already.
void CachedDisk::clear(Block &block, std::size_t from, std::size_t to) const {
    std::fill(block.data.get() + from, block.data.get() + to, '\0');
    // A piece of which only a part is cleared remains to be written, if it is.
    const auto whole_from = (from + piece_bytes - 1) / piece_bytes * piece_bytes;
    const auto whole_to = to == block.size ? to : to / piece_bytes * piece_bytes;
    if (whole_from < whole_to)
        block.dirty &= ~pieces(whole_from, whole_to);
}

void CachedDisk::forget(std::uint64_t index) {
    const auto found = at_.find(index);
    if (found == at_.end())
        return;
    blocks_.erase(found->second);
    at_.erase(found);
}

Result<> CachedDisk::discard(std::uint64_t offset, std::uint64_t length) {
    H2K_CHECK(require_within(offset, length, size()));
    if (length == 0)
        return {};
    H2K_CHECK(connection_.zero(offset, length));
    std::vector<std::uint64_t> whole;
    for (auto &block : blocks_) {
        const auto start = block.index * block_bytes, end = start + block.size;
        const auto from = std::max(start, offset), to = std::min(end, offset + length);
        if (from == start && to == end)
            whole.push_back(block.index);
        else if (from < to)
            clear(block, static_cast<std::size_t>(from - start), static_cast<std::size_t>(to - start));
    }
    for (const auto index : whole)
        forget(index);
    return {};
}

Result<> CachedDisk::flush() {
    std::vector<Block *> dirty;
    for (auto &block : blocks_)
        if (block.dirty != 0)
            dirty.push_back(&block);
    std::ranges::sort(dirty, {}, &Block::index);
    for (auto *block : dirty)
        H2K_CHECK(write_back(*block));
    return connection_.flush();
}

Result<std::unique_ptr<Bytes>> open_disk(int socket) {
    return std::make_unique<CachedDisk>(H2K_TRY(Connection::open(socket)), most_cached / CachedDisk::block_bytes);
}

} // namespace h2k
