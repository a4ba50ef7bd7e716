// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

struct ArchivedFile {
    std::string name, content;
    unsigned mode = 0644;
};

/// A newc archive of @files, regular files of root's, with those folders above them that an image with @names
/// does not have.  H2K_ERROR_FAILED if a folder's name is a file or link of the image, which the kernel would replace,
/// or @files exceed 128 MiB.
/// Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst; init/initramfs.c, clean_path().
[[nodiscard]] Result<std::string> newc_archive(const std::vector<ArchivedFile> &files,
                                               const std::vector<std::string> &names);

/// The bytes that put @archive behind an image of @size bytes whose last part is compressed by @last (as
/// InitramfsContent says it), so that every kernel unpacks both: by gzip behind gzip; in the legacy format of LZ4
/// behind that, since kernels before 5.9 expect nothing else there; else plain, at a multiple of 512 bytes.
[[nodiscard]] Result<std::string> appended(std::string_view archive, std::uint64_t size, std::string_view last);

} // namespace h2k
