// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/model/storage.h"
#include <string>

namespace h2k {

/// Linux's name for @target's disk number @index: "/dev/vda"; empty: not known.
[[nodiscard]] std::string target_disk(const Machine &target, std::size_t index);

/// The same for a partition or a whole disk: "/dev/vda2"; empty: not known, or it is no part of a disk.
[[nodiscard]] std::string target_name(const Machine &target, const BlockDevice &device);

} // namespace h2k
