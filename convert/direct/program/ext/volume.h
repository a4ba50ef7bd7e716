// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/ext/library.h"
#include "convert/direct/program/files/outcome.h"
#include <algorithm>
#include <ctime>
#include <sys/stat.h>
#include <vector>

namespace h2k {

/// An inode with all that it has on the disk.
class ExtInode {
  public:
    explicit ExtInode(std::size_t bytes) : bytes_(std::max(bytes, sizeof(ext2_inode_large))), size_(bytes) {}
    [[nodiscard]] ext2_inode_large *operator->() { return reinterpret_cast<ext2_inode_large *>(bytes_.data()); }
    [[nodiscard]] const ext2_inode_large *operator->() const {
        return reinterpret_cast<const ext2_inode_large *>(bytes_.data());
    }
    /// The part that all have.
    [[nodiscard]] ext2_inode *old() { return reinterpret_cast<ext2_inode *>(bytes_.data()); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint64_t bytes() const {
        const auto *self = operator->();
        return self->i_size | static_cast<std::uint64_t>(self->i_size_high) << 32;
    }
    [[nodiscard]] timespec accessed() const;
    [[nodiscard]] timespec modified() const;
    void set_accessed(timespec time);
    void set_modified(timespec time);
    void set_changed(timespec time);

  private:
    /// Are the fields that make the times more exact in it?
    [[nodiscard]] bool is_exact() const;
    [[nodiscard]] timespec time_of(std::uint32_t seconds, std::uint32_t extra) const;
    void set_time(std::uint32_t &seconds, std::uint32_t &extra, timespec time);
    std::vector<char> bytes_;
    std::size_t size_;
};

/// A file system that libext2fs has opened, its inodes, and whether it can still be trusted: once a change has failed
/// halfway, nothing can be done with it any more.
class ExtVolume {
  public:
    /// @bytes outlive it.
    [[nodiscard]] static Outcome<ExtVolume> open(Bytes &bytes, bool read_only);

    [[nodiscard]] ext2_filsys fs() const noexcept { return fs_.get(); }
    [[nodiscard]] unsigned block() const noexcept { return fs_->blocksize; }
    [[nodiscard]] std::size_t inode_bytes() const noexcept {
        return static_cast<std::size_t>(EXT2_INODE_SIZE(fs_->super));
    }
    [[nodiscard]] std::uint64_t blocks() const noexcept { return ext2fs_blocks_count(fs_->super); }
    [[nodiscard]] bool read_only() const noexcept { return read_only_; }
    [[nodiscard]] bool has_extents() const noexcept { return ext2fs_has_feature_extents(fs_->super); }

    /// An inode that a folder names.  Fails for one that must not be touched, with what libext2fs cannot read right.
    [[nodiscard]] Outcome<ExtInode> read_inode(ext2_ino_t number) const;
    [[nodiscard]] Outcome<> write_inode(ext2_ino_t number, ExtInode &inode);
    /// Before each change: EROFS, or the bitmaps are there.
    [[nodiscard]] Outcome<> begin_change();
    [[nodiscard]] Outcome<> load_bitmaps();
    /// Between the two, whoever returns leaves a file system that cannot be trusted.
    void start() noexcept { broken_ = true; }
    [[nodiscard]] Outcome<> finish() noexcept {
        broken_ = false;
        return {};
    }
    /// ENOSPC unless there is space for @inodes more and for @blocks more of data with what maps them.
    [[nodiscard]] Outcome<> check_space(std::uint64_t blocks, unsigned inodes = 0) const;
    /// What a call of libext2fs that only reads returned.
    [[nodiscard]] Outcome<> has_read(errcode_t error) const;
    /// What a call returned that is part of a change.
    [[nodiscard]] Outcome<> has_written(errcode_t error);
    /// Writes what libext2fs holds to the Bytes.
    [[nodiscard]] Outcome<> sync();

  private:
    explicit ExtVolume(Owned<struct_ext2_filsys> fs, bool read_only) : fs_(std::move(fs)), read_only_(read_only) {}
    Owned<struct_ext2_filsys> fs_;
    bool read_only_;
    bool broken_ = false;
};

/// The time, as the kernel sets it.
[[nodiscard]] timespec time_now();

} // namespace h2k
