// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/disk_format.h"
#include <string_view>

namespace h2k {

/// Recognises files by their first bytes.

/// Does @head start like a stream of gzip (RFC 1952), of which deflate is the only method?
[[nodiscard]] bool is_gzip(std::string_view head);
/// Does @head start like a stream of gzip (RFC 1952), xz (its file format, 1.0.4), zstd (RFC 8878) or bzip2?
[[nodiscard]] bool is_compressed(std::string_view head);
/// Does @head start like a zip archive (PKWARE APPNOTE.TXT, 4.3.7)?
[[nodiscard]] bool is_zip(std::string_view head);
/// Does @head start like a 7z archive (7zFormat.txt of the LZMA SDK)?
[[nodiscard]] bool is_7z(std::string_view head);
/// Is the first block of @head the header of a tar archive: by the magic of POSIX.1-1988 (which GNU tar has too), or
/// with @old by its checksum alone, as in version 7 of Unix?
[[nodiscard]] bool is_tar(std::string_view head, bool old);
/// Does @head have the boot signature of an MBR or the header of a GPT, for sectors of 512 or 4096 bytes?
[[nodiscard]] bool is_partitioned(std::string_view head);
/// Does @head have a magic number of @format, as disk_formats() has them?
[[nodiscard]] bool starts_as(std::string_view head, DiskFormat format);
/// Does @head, the first 64 KiB, have a descriptor of a volume of ISO 9660 (ECMA-119, 8.1) or of UDF (ECMA-167, 2/9.1)?
[[nodiscard]] bool is_iso(std::string_view head);
/// Does @head start like a disk image of any recognised format?
[[nodiscard]] bool is_disk(std::string_view head);

} // namespace h2k
