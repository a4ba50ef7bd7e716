// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/ext/volume.h"
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/channel.h"
#include "convert/direct/program/ext/gate.h"
#include <algorithm>
#include <cstddef>

namespace h2k {

namespace {

std::unexpected<FsFailure> damaged() { return unfit(N_("A file system is damaged.")); }

constexpr std::uint64_t spare_blocks = 16; ///< for a folder that grows, extended attributes, and blocks that map

} // namespace

timespec time_now() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}

// Documentation/filesystems/ext4/inodes.rst, "Inode Timestamps": two bits more of the seconds, and nanoseconds.

bool ExtInode::is_exact() const {
    constexpr auto end = offsetof(ext2_inode_large, i_atime_extra) + sizeof(std::uint32_t);
    if (size_ <= EXT2_GOOD_OLD_INODE_SIZE)
        return false;
    const std::size_t known = operator->()->i_extra_isize + std::size_t{EXT2_GOOD_OLD_INODE_SIZE};
    return known <= size_ && known >= end;
}

timespec ExtInode::time_of(std::uint32_t seconds, std::uint32_t extra) const {
    timespec time{.tv_sec = static_cast<std::int32_t>(seconds), .tv_nsec = 0};
    if (is_exact()) {
        time.tv_sec += static_cast<time_t>(extra & EXT4_EPOCH_MASK) << 32;
        time.tv_nsec = static_cast<long>(extra >> EXT4_EPOCH_BITS);
    }
    return time;
}

void ExtInode::set_time(std::uint32_t &seconds, std::uint32_t &extra, timespec time) {
    seconds = static_cast<std::uint32_t>(time.tv_sec);
    const auto above = (time.tv_sec - static_cast<std::int32_t>(seconds)) >> 32;
    if (is_exact())
        extra = static_cast<std::uint32_t>(above & EXT4_EPOCH_MASK) | static_cast<std::uint32_t>(time.tv_nsec)
                                                                          << EXT4_EPOCH_BITS;
}

timespec ExtInode::accessed() const { return time_of(operator->()->i_atime, operator->()->i_atime_extra); }
timespec ExtInode::modified() const { return time_of(operator->()->i_mtime, operator->()->i_mtime_extra); }
void ExtInode::set_accessed(timespec time) { set_time(operator->()->i_atime, operator->()->i_atime_extra, time); }
void ExtInode::set_modified(timespec time) { set_time(operator->()->i_mtime, operator->()->i_mtime_extra, time); }
void ExtInode::set_changed(timespec time) { set_time(operator->()->i_ctime, operator->()->i_ctime_extra, time); }

Outcome<ExtVolume> ExtVolume::open(Bytes &bytes, bool read_only) {
    H2K_CHECK(check_ext(bytes, read_only));
    Owned<struct_ext2_filsys> fs;
    const auto error = open_on(bytes, EXT2_FLAG_64BITS | (read_only ? 0 : EXT2_FLAG_RW), fs);
    if (error == ENOMEM || error == EXT2_ET_NO_MEMORY)
        return failed(ENOMEM);
    // Descriptors of block groups that point anywhere would have anything overwritten.
    if (error || !fs || ext2fs_check_desc(fs.get()) != 0)
        return damaged();
    ExtVolume volume{std::move(fs), read_only};
    const auto root = H2K_TRY(volume.read_inode(EXT2_ROOT_INO));
    if (!S_ISDIR(root->i_mode))
        return damaged();
    return volume;
}

Outcome<ExtInode> ExtVolume::read_inode(ext2_ino_t number) const {
    if (number != EXT2_ROOT_INO && (number < EXT2_FIRST_INODE(fs_->super) || number > fs_->super->s_inodes_count))
        return damaged();
    ExtInode inode{inode_bytes()};
    H2K_CHECK(has_read(ext2fs_read_inode_full(fs(), number, inode.old(), static_cast<int>(inode.size()))));
    if (inode->i_links_count == 0 || inode->i_flags & (EXT4_EA_INODE_FL | EXT4_INLINE_DATA_FL))
        return damaged();
    if (inode->i_flags & EXT4_EXTENTS_FL && !has_extents())
        return damaged();
    if (S_ISDIR(inode->i_mode) && inode->i_flags & (EXT4_ENCRYPT_FL | EXT4_CASEFOLD_FL))
        return unfit(N_("A folder is encrypted or case-insensitive, which needs the appliance."));
    return inode;
}

Outcome<> ExtVolume::write_inode(ext2_ino_t number, ExtInode &inode) {
    return has_written(ext2fs_write_inode_full(fs(), number, inode.old(), static_cast<int>(inode.size())));
}

Outcome<> ExtVolume::load_bitmaps() {
    if (fs_->block_map && fs_->inode_map)
        return {};
    return has_read(ext2fs_read_bitmaps(fs()));
}

Outcome<> ExtVolume::begin_change() {
    if (broken_)
        return unfit(N_("A change of a file system has failed, which needs the appliance."));
    if (read_only_)
        return failed(EROFS);
    return load_bitmaps();
}

Outcome<> ExtVolume::check_space(std::uint64_t blocks, unsigned inodes) const {
    const auto ratio = static_cast<std::uint64_t>(EXT2FS_CLUSTER_RATIO(fs()));
    // At worst each block has an extent of its own, and each block of extents a cluster.
    const auto mapping = blocks / ((block() - 16) / 12 / 2) + spare_blocks;
    std::uint64_t needed = 0;
    if (__builtin_add_overflow((blocks / ratio + 2) * ratio, mapping * ratio, &needed) ||
        needed > ext2fs_free_blocks_count(fs_->super) || inodes > fs_->super->s_free_inodes_count)
        return failed(ENOSPC);
    return {};
}

Outcome<> ExtVolume::has_read(errcode_t error) const {
    if (error == 0)
        return {};
    if (error == ENOMEM || error == EXT2_ET_NO_MEMORY)
        return failed(ENOMEM);
    return error == EIO ? failed(EIO) : damaged();
}

Outcome<> ExtVolume::has_written(errcode_t error) {
    if (error == 0)
        return {};
    broken_ = true;
    return has_read(error);
}

Outcome<> ExtVolume::sync() {
    if (broken_)
        return unfit(N_("A change of a file system has failed, which needs the appliance."));
    if (read_only_ || !(fs_->flags & EXT2_FLAG_DIRTY))
        return {};
    const OnlyChanges only{*fs_};
    return has_written(ext2fs_flush(fs()));
}

} // namespace h2k
