// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <span>
#include <string>
#include <vector>

namespace h2k {

/// What the disks are laid out for.  UEFI: there is an EFI system partition (UEFI specification, section 5.3), and the
/// guest mounts it or has no BIOS boot partition (GRUB manual, "BIOS installation") beside it.
[[nodiscard]] Firmware firmware_of(std::span<const BlockDevice> devices, std::span<const Mount> mounts);

/// The disks, of which @sectors are the first 512 bytes each, that a BIOS can start: those with the code of a boot
/// loader there; the ones with a known Linux boot loader come first.
[[nodiscard]] std::vector<unsigned> disks_with_boot_code(const std::vector<std::string> &sectors);

} // namespace h2k
