// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// Bytes of a file that are a kernel command line.
struct Region {
    std::size_t at = 0, size = 0;
};

/// The arguments of the linux, linux16, linuxefi, module and legacy kernel commands of a grub.cfg or menu.lst, and the
/// value of "set kernelopts=".  Nothing else in such a file uses Linux's device names.
[[nodiscard]] std::vector<Region> grub_kernel_lines(std::string_view file);
/// The values of variables that become "root=$…" in Photon's and Azure Linux' grub.cfg.
[[nodiscard]] std::vector<Piece> grub_root_variables(std::string_view file);
/// The options of a Boot Loader Specification entry (type #1), one region a line.
[[nodiscard]] std::vector<Region> bls_options(std::string_view file);
/// The lines of a syslinux/extlinux configuration that carry "append".
[[nodiscard]] std::vector<Region> syslinux_appends(std::string_view file);
/// Device names of a GRUB device.map: "(hd0) /dev/sda".
[[nodiscard]] std::vector<Piece> device_map(std::string_view file);

} // namespace h2k::text
