// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/ranges/qcow2_writer.h"
#include "convert/base/descriptor.h"
#include "convert/format/bytes.h"
#include "convert/image/target_error.h"
#include <cerrno>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::uint64_t cluster_bits = 16, entry_bytes = 8, entries = Qcow2Writer::cluster_bytes / entry_bytes;
constexpr std::uint64_t counts = Qcow2Writer::cluster_bytes / 2; ///< reference counts of 16 bits in a cluster
constexpr std::uint64_t copied = std::uint64_t{1} << 63;         ///< the reference count is exactly one
static_assert(std::uint64_t{1} << cluster_bits == Qcow2Writer::cluster_bytes);

constexpr std::uint64_t clusters_for(std::uint64_t bytes) {
    return (bytes + Qcow2Writer::cluster_bytes - 1) / Qcow2Writer::cluster_bytes;
}

std::string table_of(const std::vector<std::uint64_t> &values) {
    std::string table;
    for (const auto value : values)
        table += big_endian_bytes(value);
    return table;
}

} // namespace

Qcow2Writer::Qcow2Writer(HeldFile to, std::string path, std::uint64_t bytes)
    : to_(std::move(to)), path_(std::move(path)), bytes_(bytes),
      tables_((clusters_for(bytes) + entries - 1) / entries) {}

Result<> Qcow2Writer::write(std::uint64_t cluster, std::string_view bytes) const {
    auto at = static_cast<off_t>(cluster * cluster_bytes);
    while (!bytes.empty()) {
        const auto written = pwrite(to_.get(), bytes.data(), bytes.size(), at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return cannot_write(path_, written < 0 ? errno : ENOSPC);
        bytes.remove_prefix(static_cast<std::size_t>(written));
        at += written;
    }
    return {};
}

/// The table of level 2 of the last cluster, which is complete.
Result<> Qcow2Writer::write_table() {
    if (table_.empty())
        return {};
    tables_[index_ / entries] = next_ * cluster_bytes | copied;
    H2K_CHECK(write(next_++, table_));
    table_.clear();
    return {};
}

Result<std::uint64_t> Qcow2Writer::place_of(std::uint64_t index) {
    if (is_last(index))
        return place_;
    if (index / entries != index_ / entries)
        H2K_CHECK(write_table());
    table_.resize(cluster_bytes);
    index_ = index;
    place_ = next_++ * cluster_bytes;
    table_.replace(index % entries * entry_bytes, entry_bytes, big_endian_bytes(place_ | copied));
    return place_;
}

/// The reference counts: each cluster of the file is used once, those of the counts too.
Result<> Qcow2Writer::write_counts(std::string &header) {
    std::uint64_t blocks = 0, in_table = 0, total = next_;
    while (blocks * counts < total) {
        ++blocks;
        in_table = clusters_for(blocks * entry_bytes);
        total = next_ + blocks + in_table;
    }
    std::vector<std::uint64_t> table;
    for (std::uint64_t i = 0; i < blocks; ++i)
        table.push_back((next_ + in_table + i) * cluster_bytes);
    H2K_CHECK(write(next_, table_of(table)));
    std::string block;
    for (std::uint64_t i = 0; i < counts; ++i)
        block += big_endian_bytes(std::uint16_t{1});
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const auto used = std::min(counts, total - i * counts);
        H2K_CHECK(write(next_ + in_table + i, std::string_view{block}.substr(0, used * 2)));
    }
    header += big_endian_bytes(next_ * cluster_bytes) + big_endian_bytes(static_cast<std::uint32_t>(in_table));
    if (ftruncate(to_.get(), static_cast<off_t>(total * cluster_bytes)) != 0)
        return cannot_write(path_, errno);
    return {};
}

Result<> Qcow2Writer::finish() {
    H2K_CHECK(write_table());
    const auto first = next_;
    next_ += clusters_for(tables_.size() * entry_bytes);
    H2K_CHECK(write(first, table_of(tables_)));
    constexpr std::uint32_t version = 3, none = 0, count_order = 4, header_bytes = 104;
    constexpr std::uint64_t nothing = 0;
    std::string header{"QFI\xfb"};
    header += big_endian_bytes(version) + big_endian_bytes(nothing) + big_endian_bytes(none); // no backing file
    header += big_endian_bytes(static_cast<std::uint32_t>(cluster_bits)) + big_endian_bytes(bytes_);
    header += big_endian_bytes(none); // no encryption
    header += big_endian_bytes(static_cast<std::uint32_t>(tables_.size())) + big_endian_bytes(first * cluster_bytes);
    H2K_CHECK(write_counts(header));
    header += big_endian_bytes(none) + big_endian_bytes(nothing); // no snapshots
    for (int features = 0; features < 3; ++features)
        header += big_endian_bytes(nothing);
    header += big_endian_bytes(count_order) + big_endian_bytes(header_bytes);
    return write(0, header);
}

} // namespace h2k
