// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/compress/qcow2_writer.h"
#include "convert/base/i18n.h"
#include "convert/image/target_error.h"
#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

// "Header" and "Header extensions"
constexpr std::uint32_t magic = 0x514649fb, version = 3, cluster_bits = 16, count_order = 4;
constexpr std::size_t header_length = 112;
constexpr std::uint64_t other_compression = 1u << 3;
constexpr char zstd_compression = 1;
// "Host cluster management" and "Cluster mapping"
constexpr std::uint64_t counts_in_block = Qcow2Writer::cluster / sizeof(std::uint16_t);
constexpr std::uint64_t entries_in_table = Qcow2Writer::cluster / sizeof(std::uint64_t);
constexpr std::uint64_t only_user = std::uint64_t{1} << 63, is_compressed = std::uint64_t{1} << 62;
constexpr unsigned sectors_shift = 62 - (cluster_bits - 8);
constexpr std::uint64_t sector = 512;

constexpr std::size_t most_waiting = 1u << 20;

std::uint64_t divided_up(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0); }

template <typename T> T to_big_endian(T value) {
    return std::endian::native == std::endian::big ? value : std::byteswap(value);
}

template <typename T> void put_number(std::string &to, std::size_t offset, T value) {
    value = to_big_endian(value);
    std::memcpy(to.data() + offset, &value, sizeof value);
}

/// The numbers as they stand in the file, filled up to @clusters.
template <typename T> std::string as_table(const std::vector<T> &numbers, std::uint64_t clusters) {
    std::string table(clusters * Qcow2Writer::cluster, '\0');
    for (std::size_t i = 0; i < numbers.size(); ++i)
        put_number(table, i * sizeof(T), numbers[i]);
    return table;
}

std::uint64_t l2_tables(std::uint64_t bytes) {
    return divided_up(divided_up(bytes, Qcow2Writer::cluster), entries_in_table);
}

/// Clusters of the table of reference counts, for any content: compressed data begins in one host cluster and ends in
/// that or the next.
std::uint64_t count_table_clusters(std::uint64_t bytes) {
    const auto most = 2 * divided_up(bytes, Qcow2Writer::cluster) + 2 * l2_tables(bytes) + counts_in_block;
    return divided_up(divided_up(most, counts_in_block - 1), entries_in_table);
}

} // namespace

Qcow2Writer::Qcow2Writer(std::string path, Descriptor file, std::uint64_t bytes, Compression compression)
    : path_(std::move(path)), file_(std::move(file)), bytes_(bytes), compression_(compression),
      count_table_clusters_(count_table_clusters(bytes)), l1_(l2_tables(bytes)), l2_(entries_in_table),
      counts_(counts_in_block) {
    // In front stand the header, the table of reference counts, the first level of the mapping, and the first counts.
    l1_offset_ = (1 + count_table_clusters_) * cluster;
    next_ = 1 + count_table_clusters_ + divided_up(l1_.size(), entries_in_table) + 1;
    count_blocks_.push_back((next_ - 1) * cluster);
    waiting_at_ = next_ * cluster;
    for (std::uint64_t i = 0; i < next_; ++i)
        count(i);
}

Result<Qcow2Writer> Qcow2Writer::create(const std::string &path, std::uint64_t bytes, Compression compression) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 51; // qemu takes no larger first table, 32 MB
    if (bytes == 0 || bytes > largest)
        return fail(H2K_ERROR_USAGE, _("A disk of %" G_GUINT64_FORMAT " bytes cannot become a compressed qcow2 image."),
                    guint64{bytes});
    Descriptor file{open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return cannot_write(path, errno);
    return Qcow2Writer{path, std::move(file), bytes, compression};
}

Result<> Qcow2Writer::write_at(std::uint64_t offset, std::string_view content) {
    if (const int why = write_all(file_.get(), content, offset); why != 0)
        return cannot_write(path_, why);
    return {};
}

Result<> Qcow2Writer::flush() {
    H2K_CHECK(write_at(waiting_at_, waiting_));
    waiting_.clear();
    return {};
}

Result<> Qcow2Writer::append(std::uint64_t offset, std::string_view content) {
    if (offset != waiting_at_ + waiting_.size() || waiting_.size() >= most_waiting) {
        H2K_CHECK(flush());
        waiting_at_ = offset;
    }
    waiting_ += content;
    return {};
}

Result<> Qcow2Writer::end_count_block() {
    H2K_CHECK(write_at(count_blocks_.back(), as_table(counts_, 1)));
    std::ranges::fill(counts_, 0);
    return {};
}

/// A host cluster that has one user.  The first one that a block counts becomes the block itself; nothing of an earlier
/// block is used any further then.
Result<std::uint64_t> Qcow2Writer::allocate() {
    if (next_ % counts_in_block == 0) {
        H2K_CHECK(end_count_block());
        count_blocks_.push_back(next_ * cluster);
        count(next_++);
        packed_ = 0;
    }
    count(next_);
    return next_++ * cluster;
}

/// Where compressed data goes: behind the one before, as long as both stand in neighbouring clusters.
Result<std::uint64_t> Qcow2Writer::room_for(std::size_t length) {
    const auto left = packed_ % cluster == 0 ? 0 : cluster - packed_ % cluster;
    auto at = packed_;
    if (length <= left) {
        count(at / cluster);
    } else {
        const auto fresh = H2K_TRY(allocate());
        if (packed_ != 0 && left != 0 && packed_ + left == fresh)
            count(at / cluster);
        else
            at = fresh;
    }
    packed_ = at + length;
    return at;
}

Result<> Qcow2Writer::put(std::uint64_t index, std::string_view content) {
    if (index / entries_in_table != l2_index_) {
        H2K_CHECK(end_l2_table());
        l2_index_ = index / entries_in_table;
    }
    auto &entry = l2_[index % entries_in_table];
    if (content.size() == cluster) {
        const auto at = H2K_TRY(allocate());
        entry = at | only_user;
        return append(at, content);
    }
    const auto at = H2K_TRY(room_for(content.size()));
    const auto more_sectors = (at + content.size() - 1) / sector - at / sector;
    entry = at | more_sectors << sectors_shift | is_compressed;
    return append(at, content);
}

Result<> Qcow2Writer::end_l2_table() {
    if (std::ranges::all_of(l2_, [](std::uint64_t entry) { return entry == 0; }))
        return {};
    const auto at = H2K_TRY(allocate());
    l1_[l2_index_] = at | only_user;
    H2K_CHECK(append(at, as_table(l2_, 1)));
    std::ranges::fill(l2_, 0);
    return {};
}

std::string Qcow2Writer::header() const {
    // The mark that ends the header's extensions is eight zeros, and follows at once.
    std::string text(cluster, '\0');
    put_number(text, 0, magic);
    put_number(text, 4, version);
    put_number(text, 20, cluster_bits);
    put_number(text, 24, bytes_);
    put_number(text, 36, static_cast<std::uint32_t>(l1_.size()));
    put_number(text, 40, l1_offset_);
    put_number(text, 48, cluster);
    put_number(text, 56, static_cast<std::uint32_t>(count_table_clusters_));
    put_number(text, 72, compression_ == Compression::zstd ? other_compression : 0);
    put_number(text, 96, count_order);
    put_number(text, 100, static_cast<std::uint32_t>(header_length));
    text[104] = compression_ == Compression::zstd ? zstd_compression : '\0';
    return text;
}

Result<> Qcow2Writer::finish() {
    H2K_CHECK(end_l2_table());
    H2K_CHECK(flush());
    H2K_CHECK(end_count_block());
    H2K_CHECK(write_at(l1_offset_, as_table(l1_, divided_up(l1_.size(), entries_in_table))));
    H2K_CHECK(write_at(cluster, as_table(count_blocks_, count_table_clusters_)));
    H2K_CHECK(write_at(0, header()));
    // Compressed data is read in whole sectors.
    if (ftruncate(file_.get(), static_cast<off_t>(next_ * cluster)) != 0)
        return cannot_write(path_, errno);
    return {};
}

} // namespace h2k
