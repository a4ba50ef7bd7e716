// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"

namespace h2k {

/// What is at @path; null: nothing there.
[[nodiscard]] Result<std::optional<FileStatus>> stat_of(const FileCalls &calls, const std::string &path, bool follow);

/// The path without a link in it that @path means inside the guest; its last part need not exist.
/// Not all calls of every lane keep inside the guest's root; none can be led out of it by such a path.
[[nodiscard]] Result<std::string> resolve(const FileCalls &calls, const std::string &path);
/// The same with the last part left as it is: the path of a link itself.
[[nodiscard]] Result<std::string> resolve_above(const FileCalls &calls, const std::string &path);

/// What the link at @path says; nullopt: not a link.
[[nodiscard]] Result<std::optional<std::string>> read_link(const FileCalls &calls, const std::string &path);

/// Makes the folder at the resolved path @folder and what is missing above it, root's, each with @mode.
[[nodiscard]] Result<> make_folders(FileCalls &calls, const std::string &folder, unsigned mode);

/// New files of an SELinux guest would have no label at all; that of the folder is right for nearly all of them.
void label_like_folder(FileCalls &calls, const std::string &path);

} // namespace h2k
