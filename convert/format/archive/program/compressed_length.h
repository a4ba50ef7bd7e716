// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string_view>

namespace h2k {

/// How long the one compressed stream at the start of @bytes is, from its own structure, without unpacking it;
/// nullopt where it is cut short or damaged.  libarchive reports what follows such a stream as damage, so it must be
/// given no more than this.

[[nodiscard]] std::optional<std::size_t> zstd_length(std::string_view bytes);
/// Up to the first footer that fits the header, with an index before it that describes what lies between them.
[[nodiscard]] std::optional<std::size_t> xz_length(std::string_view bytes);
/// The legacy format, the only one that the kernel unpacks.  Source of the format: lz4_Frame_format.md, "Legacy frame".
[[nodiscard]] std::optional<std::size_t> lz4_legacy_length(std::string_view bytes);

} // namespace h2k
