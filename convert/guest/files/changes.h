// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/change.h"

namespace h2k {

// What the changes to files do, in the words of convert/model/change.h.  Paths are resolved inside the guest.

/// Follows links.  Missing folders are made: 0755, or 0700 for a mode that keeps others out.
[[nodiscard]] Result<> write_whole(const Handle &handle, const WriteFile &write);
/// Nothing at @path is fine; a folder goes only where it is empty.
[[nodiscard]] Result<> remove_file(const Handle &handle, const std::string &path);
[[nodiscard]] Result<> make_guest_folder(const Handle &handle, const MakeFolder &make);
/// Anything but a file or a link in its place is refused.
[[nodiscard]] Result<> make_link(const Handle &handle, const MakeLink &make);
/// The host's file is a regular one of at most 256 MiB.
[[nodiscard]] Result<> copy_in(const Handle &handle, const CopyIn &copy);
[[nodiscard]] Result<> copy_file(const Handle &handle, const CopyFile &copy);
/// Paths that there are not, and file systems without labels, are passed over.
[[nodiscard]] Result<> set_labels(const Handle &handle, const SetLabels &set);

} // namespace h2k
