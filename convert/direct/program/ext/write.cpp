// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Changes of files of an ext file system.
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/attributes.h"
#include "convert/direct/program/ext/ext.h"
#include <algorithm>

namespace h2k {

template <> struct Release<ext2_file> {
    void operator()(ext2_file *p) const noexcept { ext2fs_file_close(p); }
};

namespace {

constexpr std::uint64_t least_trimmed = 64 << 10; ///< a cluster of qcow2
constexpr unsigned permissions = 07777;

/// Blocks of a file, at most: Documentation/filesystems/ext4/ifork.rst.
std::uint64_t most_blocks(const ExtVolume &volume, const ExtInode &inode) {
    if (inode->i_flags & EXT4_EXTENTS_FL)
        return UINT32_MAX;
    const std::uint64_t each = volume.block() / sizeof(std::uint32_t);
    const auto mapped = EXT2_NDIR_BLOCKS + each + each * each + each * each * each;
    // i_blocks counts in sectors, what maps the blocks too.
    return ext2fs_has_feature_huge_file(volume.fs()->super) ? mapped : std::min<std::uint64_t>(mapped, UINT32_MAX / 9);
}

/// Blocks of [@first, @end) that are not in @runs.
std::uint64_t holes(const std::vector<BlockRun> &runs, std::uint64_t first, std::uint64_t end) {
    auto missing = end - first;
    for (const auto &run : runs) {
        const auto begin = std::max(run.logical, first), stop = std::min(run.logical + run.blocks, end);
        if (begin < stop)
            missing -= stop - begin;
    }
    return missing;
}

} // namespace

Outcome<ExtInode> Ext::changeable(Node node) {
    H2K_CHECK(volume_.begin_change());
    const auto number = static_cast<ext2_ino_t>(node);
    auto inode = H2K_TRY(volume_.read_inode(number));
    if (!ext2fs_test_inode_bitmap2(volume_.fs()->inode_map, number))
        return unfit(N_("A file system is damaged."));
    if (inode->i_flags & (EXT2_IMMUTABLE_FL | EXT2_APPEND_FL))
        return failed(EPERM);
    return inode;
}

Outcome<ExtInode> Ext::writable_file(Node node, bool appends) {
    H2K_CHECK(volume_.begin_change());
    auto inode = H2K_TRY(regular(node));
    const unsigned fixed = EXT2_IMMUTABLE_FL | EXT4_VERITY_FL | (appends ? 0 : EXT2_APPEND_FL);
    if (inode->i_flags & fixed)
        return failed(EPERM);
    const auto number = static_cast<ext2_ino_t>(node);
    if (!ext2fs_test_inode_bitmap2(volume_.fs()->inode_map, number))
        return unfit(N_("A file system is damaged."));
    H2K_CHECK(runs_of(number, inode));
    return inode;
}

Outcome<> Ext::write(Node node, std::uint64_t offset, std::string_view content) {
    const auto number = static_cast<ext2_ino_t>(node);
    std::uint64_t end = 0;
    auto inode = H2K_TRY(writable_file(node, true));
    const std::uint64_t block = volume_.block();
    if (__builtin_add_overflow(offset, content.size(), &end) || end / block >= most_blocks(volume_, inode))
        return failed(EFBIG);
    if (inode->i_flags & EXT2_APPEND_FL && offset != inode.bytes())
        return failed(EPERM);
    if (content.empty())
        return {};
    if (const auto missing = holes(runs_, offset / block, (end + block - 1) / block); missing > 0)
        H2K_CHECK(volume_.check_space(missing));
    if (offset > inode.bytes())
        H2K_CHECK(truncate(node, offset));
    runs_number_ = 0;
    Owned<ext2_file> file;
    H2K_CHECK(volume_.has_read(ext2fs_file_open(volume_.fs(), number, EXT2_FILE_WRITE, out(file))));
    H2K_CHECK(volume_.has_read(ext2fs_file_llseek(file.get(), offset, EXT2_SEEK_SET, nullptr)));
    volume_.start();
    unsigned written = 0;
    auto error = ext2fs_file_write(file.get(), content.data(), static_cast<unsigned>(content.size()), &written);
    const auto closed = ext2fs_file_close(file.release());
    H2K_CHECK(volume_.has_written(error ? error : closed));
    if (written != content.size())
        return volume_.has_written(EXT2_ET_SHORT_WRITE);
    return finish_content(number);
}

Outcome<> Ext::finish_content(ext2_ino_t number) {
    auto inode = H2K_TRY(volume_.read_inode(number));
    const auto now = time_now();
    inode.set_modified(now);
    inode.set_changed(now);
    H2K_CHECK(volume_.write_inode(number, inode));
    return volume_.finish();
}

Outcome<> Ext::truncate(Node node, std::uint64_t bytes) {
    const auto number = static_cast<ext2_ino_t>(node);
    auto inode = H2K_TRY(writable_file(node, false));
    if (bytes / volume_.block() >= most_blocks(volume_, inode))
        return failed(EFBIG);
    runs_number_ = 0;
    Owned<ext2_file> file;
    H2K_CHECK(volume_.has_read(ext2fs_file_open(volume_.fs(), number, EXT2_FILE_WRITE, out(file))));
    volume_.start();
    // What lies behind the old end in its block must read as zeros once the file is longer.
    if (bytes > inode.bytes())
        H2K_CHECK(volume_.has_written(ext2fs_file_set_size2(file.get(), static_cast<ext2_off64_t>(inode.bytes()))));
    auto error = ext2fs_file_set_size2(file.get(), static_cast<ext2_off64_t>(bytes));
    const auto closed = ext2fs_file_close(file.release());
    H2K_CHECK(volume_.has_written(error ? error : closed));
    inode = H2K_TRY(volume_.read_inode(number));
    // Blocks behind the end, which a program can reserve, go too.
    if (bytes == 0 && !H2K_TRY(runs_of(number, inode))->empty()) {
        runs_number_ = 0;
        H2K_CHECK(volume_.has_written(ext2fs_punch(volume_.fs(), number, inode.old(), nullptr, 0, ~0ull)));
    }
    return finish_content(number);
}

Outcome<> Ext::set_owner(Node node, std::uint32_t uid, std::uint32_t gid) {
    auto inode = H2K_TRY(changeable(node));
    inode->i_uid = static_cast<std::uint16_t>(uid);
    inode->i_uid_high = static_cast<std::uint16_t>(uid >> 16);
    inode->i_gid = static_cast<std::uint16_t>(gid);
    inode->i_gid_high = static_cast<std::uint16_t>(gid >> 16);
    inode.set_changed(time_now());
    return volume_.write_inode(static_cast<ext2_ino_t>(node), inode);
}

Outcome<> Ext::set_mode(Node node, unsigned mode) {
    auto inode = H2K_TRY(changeable(node));
    if (S_ISLNK(inode->i_mode))
        return failed(ENOTSUP);
    inode->i_mode = static_cast<std::uint16_t>((inode->i_mode & S_IFMT) | (mode & permissions));
    inode.set_changed(time_now());
    return volume_.write_inode(static_cast<ext2_ino_t>(node), inode);
}

Outcome<> Ext::set_times(Node node, const NodeTimes &times) {
    auto inode = H2K_TRY(changeable(node));
    inode.set_accessed(times.access);
    inode.set_modified(times.modification);
    inode.set_changed(time_now());
    return volume_.write_inode(static_cast<ext2_ino_t>(node), inode);
}

Outcome<> Ext::set_attribute(Node node, const std::string &name, std::string_view value) {
    H2K_CHECK(changeable(node));
    const auto number = static_cast<ext2_ino_t>(node);
    H2K_CHECK(write_attribute(volume_, number, name, value));
    volume_.start();
    auto inode = H2K_TRY(volume_.read_inode(number));
    inode.set_changed(time_now());
    H2K_CHECK(volume_.write_inode(number, inode));
    return volume_.finish();
}

Outcome<> Ext::trim() {
    H2K_CHECK(volume_.begin_change());
    const auto *map = volume_.fs()->block_map;
    const auto last = volume_.blocks() - 1;
    const std::uint64_t block = volume_.block();
    for (blk64_t at = volume_.fs()->super->s_first_data_block; at <= last;) {
        blk64_t begin = 0, end = 0;
        if (ext2fs_find_first_zero_block_bitmap2(const_cast<ext2fs_block_bitmap>(map), at, last, &begin) != 0)
            return {};
        if (ext2fs_find_first_set_block_bitmap2(const_cast<ext2fs_block_bitmap>(map), begin, last, &end) != 0)
            end = last + 1;
        const auto from = (begin * block + least_trimmed - 1) / least_trimmed * least_trimmed;
        const auto to = end * block / least_trimmed * least_trimmed;
        if (from < to)
            H2K_CHECK(from_disk(bytes_.discard(from, to - from)));
        at = end;
    }
    return {};
}

} // namespace h2k
