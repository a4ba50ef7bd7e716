// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/fat/table.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <array>
#include <cerrno>

namespace h2k {

namespace {

constexpr std::size_t page = 4096, sector = 512;
/// From here on a value ends a chain: those below, down to the one for bad sectors, are reserved.
constexpr std::uint32_t first_end = 8;

std::uint32_t mask_of(FatKind kind) {
    switch (kind) {
    case FatKind::fat12: return 0xfff;
    case FatKind::fat16: return 0xffff;
    case FatKind::fat32: break;
    }
    return 0x0fffffff;
}

std::size_t bytes_for(FatKind kind, std::size_t entries) {
    switch (kind) {
    case FatKind::fat12: return (entries * 3 + 1) / 2;
    case FatKind::fat16: return entries * 2;
    case FatKind::fat32: break;
    }
    return entries * 4;
}

} // namespace

FatTable::FatTable(const FatGeometry &geometry)
    : geometry_(geometry), end_(mask_of(geometry.kind)), mask_(mask_of(geometry.kind)),
      table_(bytes_for(geometry.kind, std::size_t{geometry.clusters} + FatGeometry::first_cluster), '\0') {}

Outcome<FatTable> FatTable::load(Bytes &bytes, const FatGeometry &geometry) {
    FatTable made{geometry};
    H2K_CHECK(from_disk(bytes.read(geometry.table_offset, made.table_)));
    for (std::uint32_t i = 0; i < geometry.clusters; ++i)
        made.free_ += made.is_free(FatGeometry::first_cluster + i) ? 1 : 0;
    return made;
}

std::uint32_t FatTable::value(std::uint32_t cluster) const {
    switch (geometry_.kind) {
    case FatKind::fat12: {
        const std::uint32_t both = little_endian<std::uint16_t>(table_, std::size_t{cluster} * 3 / 2);
        return cluster % 2 == 0 ? both & mask_ : both >> 4;
    }
    case FatKind::fat16: return little_endian<std::uint16_t>(table_, std::size_t{cluster} * 2);
    case FatKind::fat32: break;
    }
    return little_endian<std::uint32_t>(table_, std::size_t{cluster} * 4) & mask_;
}

void FatTable::change(std::size_t offset, std::uint8_t byte) {
    table_[offset] = static_cast<char>(byte);
    changed_.insert(offset / page);
}

void FatTable::set(std::uint32_t cluster, std::uint32_t value) {
    const bool was_free = is_free(cluster);
    std::size_t offset = bytes_for(geometry_.kind, cluster), count = geometry_.kind == FatKind::fat32 ? 4 : 2;
    std::uint32_t stored = value;
    if (geometry_.kind == FatKind::fat12) {
        offset = std::size_t{cluster} * 3 / 2;
        const std::uint32_t both = little_endian<std::uint16_t>(table_, offset);
        stored = cluster % 2 == 0 ? (both & 0xf000) | value : (both & 0x000f) | (value << 4);
    } else if (geometry_.kind == FatKind::fat32) {
        stored |= little_endian<std::uint32_t>(table_, offset) & ~mask_; // the upper bits are not ours
    }
    for (std::size_t i = 0; i < count; ++i)
        change(offset + i, static_cast<std::uint8_t>(stored >> (8 * i)));
    if (was_free != (value == 0))
        free_ = was_free ? free_ - 1 : free_ + 1;
}

Outcome<FatChain> FatTable::chain(std::uint32_t first) const {
    FatChain found;
    for (auto cluster = first;; cluster = value(cluster)) {
        if (!geometry_.has(cluster) || found.size() >= geometry_.clusters)
            return damaged_fat();
        found.push_back(cluster);
        if (value(cluster) >= (end_ & ~0xfU) + first_end)
            return found;
    }
}

Outcome<FatChain> FatTable::take(std::uint64_t count) {
    if (count > free_)
        return failed(ENOSPC);
    FatChain taken;
    for (std::uint32_t tried = 0; taken.size() < count && tried < geometry_.clusters; ++tried) {
        if (is_free(next_)) {
            if (!taken.empty())
                link(taken.back(), next_);
            link(next_, 0);
            taken.push_back(next_);
        }
        next_ = geometry_.has(next_ + 1) ? next_ + 1 : FatGeometry::first_cluster;
    }
    return taken;
}

void FatTable::give_back(const FatChain &chain) {
    for (const auto cluster : chain)
        set(cluster, 0);
}

Outcome<> FatTable::store_count(Bytes &bytes) const {
    constexpr std::uint32_t start = 0x41615252, middle = 0x61417272;
    std::array<char, sector> info{};
    if (geometry_.info_offset == 0)
        return {};
    H2K_CHECK(from_disk(bytes.read(geometry_.info_offset, info)));
    const std::string_view stored{info.data(), info.size()};
    if (little_endian<std::uint32_t>(stored, 0) != start || little_endian<std::uint32_t>(stored, 484) != middle)
        return {};
    return from_disk(bytes.write(geometry_.info_offset + 488, little_endian_bytes(free_) + little_endian_bytes(next_)));
}

Outcome<> FatTable::store(Bytes &bytes) {
    if (changed_.empty())
        return {};
    for (const auto number : changed_)
        for (unsigned copy = 0; copy < geometry_.tables; ++copy)
            H2K_CHECK(from_disk(bytes.write(geometry_.table_offset + copy * geometry_.table_bytes + number * page,
                                            std::string_view{table_}.substr(number * page, page))));
    H2K_CHECK(store_count(bytes));
    changed_.clear();
    return {};
}

} // namespace h2k
