// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace h2k {

/// In the order of disk_formats().
enum class DiskFormat { raw, qcow2, vmdk, vhd, vhdx, vdi };
enum class Preallocation { off, metadata, falloc, full };

/// Bytes by which a file is recognised.
struct Magic {
    std::size_t offset;
    std::string_view bytes;
};

/// What is known of a format of disk images; a reader of its headers is a row of image_kinds().
struct DiskFormatFacts {
    DiskFormat format;
    const char *name;                                ///< in options, documents and, but for VHD, in libvirt's XML
    const char *driver;                              ///< QEMU's block driver
    std::span<const std::string_view> suffixes;      ///< of files, in lower case
    std::span<const Magic> magics;                   ///< at the start of a file; not all files of the format have one
    bool has_header;                                 ///< a file of that name without its header is damaged
    bool has_backing;                                ///< QEMU puts an image of this format on another one
    bool is_result = false;                          ///< disks can be converted to it
    bool compresses = false;                         ///< as a result
    std::span<const Preallocation> preallocations{}; ///< that a result can have
};

[[nodiscard]] std::span<const DiskFormatFacts> disk_formats();
[[nodiscard]] const DiskFormatFacts &facts_of(DiskFormat format);
[[nodiscard]] const char *name_of(DiskFormat format);
[[nodiscard]] std::optional<DiskFormat> disk_format_named(std::string_view name);
/// The format whose suffix @name ends with, in any case.
[[nodiscard]] const DiskFormatFacts *format_by_suffix(const std::string &name);
[[nodiscard]] bool can_preallocate(DiskFormat format, Preallocation preallocation);

} // namespace h2k
