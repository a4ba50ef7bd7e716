// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string_view>

namespace h2k {

/// How long the one compressed stream at the start of @bytes is, told from its own structure without unpacking it;
/// nullopt where it is cut short or damaged.  libarchive takes what follows such a stream for damage, so it must be
/// given no more than this.

/// Source of the format: RFC 8878, section 3.1.1.
[[nodiscard]] std::optional<std::size_t> zstd_length(std::string_view bytes);
/// Source of the format: The .xz File Format 1.1.0, section 2.1.  The end is the first footer that is true to its
/// checksum and to the header.
[[nodiscard]] std::optional<std::size_t> xz_length(std::string_view bytes);
/// The legacy format, the only one that the kernel unpacks.  Source of the format: lz4_Frame_format.md, "Legacy frame".
[[nodiscard]] std::optional<std::size_t> lz4_legacy_length(std::string_view bytes);

} // namespace h2k
