// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <span>

namespace h2k {

/// What the disks are laid out for.  UEFI: there is an EFI system partition (UEFI specification, section 5.3), and the
/// guest mounts it or has no BIOS boot partition (GRUB manual, "BIOS installation") beside it.
[[nodiscard]] Firmware firmware_of(std::span<const BlockDevice> devices, std::span<const Mount> mounts);

} // namespace h2k
