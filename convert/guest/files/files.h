// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/file_calls.h"
#include "convert/model/guest.h"

namespace h2k {

template <> struct Release<GMappedFile> {
    void operator()(GMappedFile *p) const noexcept { g_mapped_file_unref(p); }
};

/// Makes the regular file @path, or empties it, and writes @content, however long.
[[nodiscard]] Result<> write_to(FileCalls &calls, const std::string &path, std::string_view content);
/// Adds @content, however long, to the regular file at @path.
[[nodiscard]] Result<> append_to(FileCalls &calls, const std::string &path, std::string_view content);

/// GuestView::space().
[[nodiscard]] Result<std::optional<FreeSpace>> find_space(const FileCalls &calls, const std::string &path);
/// GuestView::is_public().
[[nodiscard]] Result<bool> can_all_read(const FileCalls &calls, const std::string &path);
/// Guest::keep().
[[nodiscard]] Result<Kept> keep_copy(FileCalls &calls, const std::string &path, const std::string &copy);
/// GuestView::sha256().
[[nodiscard]] Result<std::string> checksum_of(const FileCalls &calls, const std::string &path);
/// GuestView::sums().
[[nodiscard]] Result<FileSums> sums_of(const FileCalls &calls, const std::string &path, std::uint64_t bytes);
/// The initramfs image at @path as a map of memory that no file of the host backs, at most 512 MiB.
[[nodiscard]] Result<Owned<GMappedFile>> fetch_image(const FileCalls &calls, const std::string &path);

/// The content of the regular file at @path in what is mounted, at most 16 MiB; nullopt: there is no such file.
[[nodiscard]] Result<std::optional<std::string>> read_regular(const FileCalls &calls, const std::string &path);
/// GuestView::list() of what is mounted.
[[nodiscard]] Result<std::vector<std::string>> list_paths(const FileCalls &calls, const std::string &glob);

} // namespace h2k
