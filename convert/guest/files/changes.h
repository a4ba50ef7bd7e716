// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/change.h"

namespace h2k {

// What the changes to files do, in the words of convert/model/change.h.  Paths are resolved inside the guest.

/// Follows links.  Missing folders are made: 0755, or 0700 for a mode without permissions for others.
[[nodiscard]] Result<> write_whole(const Handle &handle, const WriteFile &write);
/// It is no error if nothing is at @path; a folder is only removed if it is empty.
[[nodiscard]] Result<> remove_file(const Handle &handle, const std::string &path);
[[nodiscard]] Result<> make_guest_folder(const Handle &handle, const MakeFolder &make);
/// Anything in its place but a file or a link is an error.
[[nodiscard]] Result<> make_link(const Handle &handle, const MakeLink &make);
/// The host's file is a regular one of at most 256 MiB.
[[nodiscard]] Result<> copy_in(const Handle &handle, const CopyIn &copy);
[[nodiscard]] Result<> copy_file(const Handle &handle, const CopyFile &copy);
/// Paths that do not exist, and file systems without labels, are skipped.
[[nodiscard]] Result<> set_labels(const Handle &handle, const SetLabels &set);

} // namespace h2k
