// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"
#include "convert/model/change.h"

namespace h2k {

// What the changes to files do, in the words of convert/model/change.h.  Paths are resolved inside the guest.

/// Follows links.  Missing folders are made: 0755, or 0700 for a mode without permissions for others.
[[nodiscard]] Result<> write_whole(FileCalls &calls, const WriteFile &write);
/// It is no error if nothing is at @path; a folder is only removed if it is empty.
[[nodiscard]] Result<> remove_file(FileCalls &calls, const std::string &path);
[[nodiscard]] Result<> make_guest_folder(FileCalls &calls, const MakeFolder &make);
/// Anything in its place but a file or a link is an error.
[[nodiscard]] Result<> make_link(FileCalls &calls, const MakeLink &make);
/// The host's file is a regular one of at most 256 MiB.
[[nodiscard]] Result<> copy_in(FileCalls &calls, const CopyIn &copy);
[[nodiscard]] Result<> copy_file(FileCalls &calls, const CopyFile &copy);
[[nodiscard]] Result<> cut_file(FileCalls &calls, const CutFile &cut);
/// Paths that do not exist, and file systems without labels, are skipped.
[[nodiscard]] Result<> set_labels(FileCalls &calls, const SetLabels &set);

} // namespace h2k
