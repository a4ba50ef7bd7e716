// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace h2k {

/// What is at a path.
struct FileStatus {
    unsigned mode = 0; ///< type and permissions, as st_mode
    std::uint32_t uid = 0, gid = 0;
    std::uint64_t bytes = 0;
};

inline bool is_regular(const FileStatus &file) { return S_ISREG(file.mode); }
inline bool is_folder(const FileStatus &file) { return S_ISDIR(file.mode); }
inline bool is_link(const FileStatus &file) { return S_ISLNK(file.mode); }

/// The calls on mounted file systems of which a Guest is made, one implementation a lane.  Paths are absolute in the
/// guest; where nothing else is said, links are followed, inside the guest's root.  No call decides anything: what is
/// right for a file of a guest is decided once, above them.
class FileCalls {
  public:
    /// Bytes that one call reads or writes.
    static constexpr std::size_t most_at_once = 2u << 20;

    FileCalls() = default;
    FileCalls(const FileCalls &) = delete;
    FileCalls &operator=(const FileCalls &) = delete;
    virtual ~FileCalls();

    /// What is at @path; null: nothing there.
    [[nodiscard]] virtual Result<std::optional<FileStatus>> status(const std::string &path, bool follow) const = 0;
    /// The path without a link in it that @path means; null: it cannot be followed.  Its last part must exist.
    [[nodiscard]] virtual Result<std::optional<std::string>> real_path(const std::string &path) const = 0;
    /// What the link at @path says.
    [[nodiscard]] virtual Result<std::string> link(const std::string &path) const = 0;
    /// @size bytes at @offset of a regular file, fewer only at its end.
    [[nodiscard]] virtual Result<std::string> read(const std::string &path, std::uint64_t offset,
                                                   std::size_t size) const = 0;
    /// Paths that match the glob(7) pattern, sorted, folders without a trailing slash.
    [[nodiscard]] virtual Result<std::vector<std::string>> glob(const std::string &pattern) const = 0;
    /// Of a regular file, in hexadecimal digits.
    [[nodiscard]] virtual Result<std::string> sha256(const std::string &path) const = 0;
    /// Bytes that root may use on the file system of the folder @folder.
    [[nodiscard]] virtual Result<std::uint64_t> free_space(const std::string &folder) const = 0;
    /// Null: the file has none, or its file system stores none.  The link itself, with the NUL that is stored.
    [[nodiscard]] virtual Result<std::optional<std::string>> label(const std::string &path) const = 0;

    /// Makes the regular file @path, or empties it, and writes @content.
    [[nodiscard]] virtual Result<> write(const std::string &path, std::string_view content) = 0;
    [[nodiscard]] virtual Result<> append(const std::string &path, std::string_view content) = 0;
    [[nodiscard]] virtual Result<> truncate(const std::string &path, std::uint64_t bytes) = 0;
    /// Copies a regular file to the new file @to with holes, owner, mode, times and extended attributes, as far as the
    /// file system of @to stores them.
    [[nodiscard]] virtual Result<> copy(const std::string &from, const std::string &to) = 0;
    /// Owner, mode and extended attributes of @from for @to, as far as the file system stores them.
    [[nodiscard]] virtual Result<> copy_attributes(const std::string &from, const std::string &to) = 0;
    /// The same as numbers; @mode: permissions.
    [[nodiscard]] virtual Result<> set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid,
                                             unsigned mode) = 0;
    /// Sets the SELinux label, with its NUL, of what is at @path, a link itself.  A file system without labels is no
    /// error.
    [[nodiscard]] virtual Result<> set_label(const std::string &path, const std::string &label) = 0;
    /// A new folder, root's.
    [[nodiscard]] virtual Result<> make_folder(const std::string &path, unsigned mode) = 0;
    /// A new link.
    [[nodiscard]] virtual Result<> make_link(const std::string &to, const std::string &path) = 0;
    /// A file or a link itself; nothing there is no error.
    [[nodiscard]] virtual Result<> remove(const std::string &path) = 0;
    /// An empty folder.
    [[nodiscard]] virtual Result<> remove_folder(const std::string &path) = 0;
    /// As rename(2): a file at @to is replaced.
    [[nodiscard]] virtual Result<> rename(const std::string &from, const std::string &to) = 0;

    /// Runs a program of the guest.  H2K_ERROR_FAILED where the lane runs none.
    [[nodiscard]] virtual Result<> run(const std::vector<std::string> &argv) = 0;
    /// Can calls still succeed?
    [[nodiscard]] virtual bool alive() const = 0;
    /// What ends them; may be null.
    [[nodiscard]] virtual GCancellable *cancel() const = 0;
};

} // namespace h2k
