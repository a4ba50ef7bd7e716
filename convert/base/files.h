// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <string>

namespace h2k {

/// At most @limit bytes of a host file; a longer file is an error.
[[nodiscard]] Result<std::string> read_file(const std::string &path, std::size_t limit);
/// Writes beside @path and renames: the file is either complete or absent.  Only its owner can read it, for most of
/// what is written says something of a guest.  H2K_ERROR_TARGET where it cannot be written.
[[nodiscard]] Result<> write_file(const std::string &path, std::string_view content);
/// Renames without replacing: an existing @to is H2K_ERROR_TARGET.
[[nodiscard]] Result<> publish(const std::string &from, const std::string &to);
/// Calls fsync(2) on @path; @flags are added to O_RDONLY.  0 or errno; 0 also where the file system does not support
/// it, as some do not for folders.
[[nodiscard]] int sync_path(const std::string &path, int flags = 0);
[[nodiscard]] bool path_exists(const std::string &path);
/// Absolute path with every link resolved; the file must exist.
[[nodiscard]] Result<std::string> real_path(const std::string &path);
/// Absolute, links kept.
[[nodiscard]] std::string absolute_path(const std::string &path);
[[nodiscard]] std::string base_name(const std::string &path);
[[nodiscard]] std::string folder_of(const std::string &path);
/// Creates @path and its missing parents.
[[nodiscard]] Result<> make_folder(const std::string &path, unsigned mode);
/// Distinguishes a file with unchanged content from any other.
struct FileIdentity {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified = 0, changed = 0; ///< nanoseconds
    bool operator==(const FileIdentity &) const = default;
};
[[nodiscard]] Result<FileIdentity> identity_of(const std::string &path);
/// The same of an open file.
[[nodiscard]] Result<FileIdentity> identity_of(int file);
/// Bytes that the file at @path takes on this host; 0: there is none.
[[nodiscard]] std::uint64_t allocated_bytes(const std::string &path);
/// Bytes that this process may use on the file system of @path.
[[nodiscard]] Result<std::uint64_t> free_bytes(const std::string &path);

/// Bytes of a file system that a job leaves free: 5 % of @total, at most 2 GiB and half of @free, the bytes that
/// are free when it starts.
[[nodiscard]] std::uint64_t space_reserve(std::uint64_t total, std::uint64_t free);

/// Detects that what a stranger has written, a guest that fills its disks or an archive, is about to fill a file system
/// of the host.
class SpaceWatch {
  public:
    /// @folder: anywhere on the file system; no stranger may be able to replace it.
    explicit SpaceWatch(std::string folder);
    /// Is less than the reserve and the @wanted bytes free?
    [[nodiscard]] bool is_short(std::uint64_t wanted = 0) const;
    [[nodiscard]] std::uint64_t reserve() const noexcept { return reserve_; }

  private:
    std::string folder_;
    std::uint64_t reserve_ = 0;
};

} // namespace h2k
