// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/boot_lines.h"
#include <span>

namespace h2k {

/// Where kernel command lines are kept, and how to find them there.
struct BootPlace {
    const char *glob;
    std::vector<text::Region> (*regions)(std::string_view file);
    /// Values that are a root device by themselves; null: there are none in such a file.
    std::vector<text::Piece> (*roots)(std::string_view file) = nullptr;
    enum Kind { plain, grub, environment, defaults } kind = plain;
};
/// Of GRUB, old and new, the Boot Loader Specification, syslinux and those who write their files.
[[nodiscard]] std::span<const BootPlace> boot_places();

} // namespace h2k
