// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include <optional>
#include <sys/stat.h>

namespace h2k {

using FileStatus = struct guestfs_statns; // libguestfs has a function of the same name

template <> struct Release<FileStatus> {
    void operator()(FileStatus *p) const noexcept { guestfs_free_statns(p); }
};

inline bool is_regular(const FileStatus &file) { return S_ISREG(static_cast<mode_t>(file.st_mode)); }
inline bool is_folder(const FileStatus &file) { return S_ISDIR(static_cast<mode_t>(file.st_mode)); }
inline bool is_link(const FileStatus &file) { return S_ISLNK(static_cast<mode_t>(file.st_mode)); }

/// What is at @path; null: nothing there.
[[nodiscard]] Result<Owned<FileStatus>> stat_of(const Handle &handle, const std::string &path, bool follow);

/// The path without a link in it that @path means inside the guest; its last part need not exist.
/// libguestfs keeps only some of its calls inside the guest's root; no call can be led out of it by such a path.
[[nodiscard]] Result<std::string> resolve(const Handle &handle, const std::string &path);
/// The same with the last part left as it is: the path of a link itself.
[[nodiscard]] Result<std::string> resolve_above(const Handle &handle, const std::string &path);

/// What the link at @path says; nullopt: not a link.
[[nodiscard]] Result<std::optional<std::string>> read_link(const Handle &handle, const std::string &path);

/// Makes the folder at the resolved path @folder and what is missing above it, root's, each with @mode.
[[nodiscard]] Result<> make_folders(const Handle &handle, const std::string &folder, unsigned mode);

/// New files of an SELinux guest would have no label at all; that of the folder is right for nearly all of them.
void label_like_folder(const Handle &handle, const std::string &path);

} // namespace h2k
