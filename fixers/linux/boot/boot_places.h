// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/boot_lines.h"
#include <span>

namespace h2k {

/// A kind of file with kernel command lines, and how to find them in it.
struct BootPlace {
    const char *glob;
    std::vector<text::Region> (*regions)(std::string_view file);
    /// Values that are nothing but a root device; null: such a file has none.
    std::vector<text::Piece> (*roots)(std::string_view file) = nullptr;
    /// What settings of initramfs tools say comes with a boot loader of its own; their devices are paths.
    enum Kind { plain, grub, environment, defaults, settings } kind = plain;
};
/// Of GRUB, old and new, the Boot Loader Specification, syslinux and the tools that write their files.
[[nodiscard]] std::span<const BootPlace> boot_places();

} // namespace h2k
