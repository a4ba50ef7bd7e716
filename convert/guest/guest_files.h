// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/guest.h"

namespace h2k {

template <> struct Release<GMappedFile> {
    void operator()(GMappedFile *p) const noexcept { g_mapped_file_unref(p); }
};

/// The path without a link in it that @path means inside the guest; its last part need not exist.
/// libguestfs keeps only some of its calls inside the guest's root; no call can be led out of it by such a path.
[[nodiscard]] Result<std::string> resolve(const Handle &handle, const std::string &path);

/// What the link at @path says; nullopt: not a link.
[[nodiscard]] Result<std::optional<std::string>> read_link(const Handle &handle, const std::string &path);

/// Puts @content at @path in one step, following links.  An existing file keeps owner, mode and attributes; a new one
/// is root's with @mode and its folder's SELinux label.  Missing folders are made: 0755, or 0700 for a @mode that
/// keeps others out.
[[nodiscard]] Result<> write_whole(const Handle &handle, const std::string &path, const std::string &content,
                                   unsigned mode);
/// Removes a file or a link; nothing at @path is fine.
[[nodiscard]] Result<> remove_file(const Handle &handle, const std::string &path);
/// Guest::keep().
[[nodiscard]] Result<Kept> keep_copy(const Handle &handle, const std::string &path, const std::string &copy);
/// The initramfs image at @path as a map of memory that no file of the host backs, at most 512 MiB.
[[nodiscard]] Result<Owned<GMappedFile>> fetch_image(const Handle &handle, const std::string &path);

} // namespace h2k
