// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include "convert/model/change.h"
#include "convert/model/storage.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// The disks of a guest before it is mounted.
class StorageView {
  public:
    virtual ~StorageView();
    [[nodiscard]] virtual Result<std::vector<BlockDevice>> devices() const = 0;
    /// A file of the one file system on @device, mounted by itself; nullopt: no such file, or not a file system that
    /// can be mounted.
    [[nodiscard]] virtual Result<std::optional<std::string>> read_on(const std::string &device,
                                                                     const std::string &path) const = 0;
    /// Paths on @device that match a glob(7) pattern, sorted; none where it has no file system that can be mounted.
    [[nodiscard]] virtual Result<std::vector<std::string>> list_on(const std::string &device,
                                                                   const std::string &glob) const = 0;
    /// The first 512 bytes of each disk, in their order; none where they cannot be read.
    [[nodiscard]] virtual Result<std::vector<std::string>> first_sectors() const;
};

/// Space on a guest's file system.
struct FreeSpace {
    std::uint64_t file = 0; ///< bytes of the regular file that was asked about
    std::uint64_t free = 0; ///< bytes free on its file system, for root
};

/// Checksums of a regular file, in hexadecimal digits.
struct FileSums {
    std::uint64_t bytes = 0;
    std::string part;  ///< of the part that was asked about; "" where the file is shorter
    std::string whole; ///< "" where there is no such file
};

/// What may be seen of a guest whose file systems are mounted.  Inspectors and fixers get no more than this.
/// Paths are absolute in the guest; links are followed inside the guest's root and never leave it.
class GuestView {
  public:
    virtual ~GuestView();
    /// The content of a regular file, at most 16 MiB; nullopt: there is no such file.
    [[nodiscard]] virtual Result<std::optional<std::string>> read(const std::string &path) const = 0;
    /// Paths that match a glob(7) pattern, sorted; directories have no trailing slash.  Of more than 4096, only the
    /// first and a notice.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string &glob) const = 0;
    /// What the symbolic link at @path says; nullopt: not a link.
    [[nodiscard]] virtual Result<std::optional<std::string>> link(const std::string &path) const = 0;
    /// Of the regular file at @path, however long, in hexadecimal digits; "" where there is no such file.
    [[nodiscard]] virtual Result<std::string> sha256(const std::string &path) const = 0;
    /// The same, and of its first @bytes, in one pass.
    [[nodiscard]] virtual Result<FileSums> sums(const std::string &path, std::uint64_t bytes) const;
    /// Names of all files in the initramfs image at @path ("usr/lib/modules/6.1/…/virtio_blk.ko", no leading "./"),
    /// early archives included.
    [[nodiscard]] virtual Result<std::vector<std::string>> initramfs_names(const std::string &path) const = 0;

    /// Can every user of the guest read the regular file at @path?  True where there is none.
    [[nodiscard]] virtual Result<bool> is_public(const std::string &path) const;

    /// Free space beside the file or folder at @path; nullopt: nothing is there, or it cannot be determined.
    [[nodiscard]] virtual Result<std::optional<FreeSpace>> space(const std::string &path) const;

    /// Does a plan, whose outcome this view shows, write or rebuild the file at @path?
    [[nodiscard]] virtual bool is_planned(const std::string &path) const;

    /// On what was asked for and could not be seen whole.
    [[nodiscard]] virtual Notices notices() const;

    [[nodiscard]] Result<bool> exists(const std::string &path) const;
};

/// How keeping an original ended.
enum class Kept {
    yes,
    absent,  ///< there is no such regular file
    no_space ///< the copy would fill the guest's disk
};

/// A guest that can be changed.  Only the data plane ever holds one.
class Guest : public GuestView {
  public:
    /// Carries out one change, without a backup; convert/apply keeps the originals.
    [[nodiscard]] virtual Result<> apply(const Change &change) = 0;
    /// Copies the regular file at @path to @copy, with owner, mode and labels; links at @path are followed.  Folders
    /// that are missing above @copy are made, closed to all but root.  A @copy that is there already stays as it is.
    [[nodiscard]] virtual Result<Kept> keep(const std::string &path, const std::string &copy) = 0;
};

} // namespace h2k
