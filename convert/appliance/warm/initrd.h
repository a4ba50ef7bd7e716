// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/held_file.h"

namespace h2k {

/// The @initrd of libguestfs's appliance, and behind it an archive with the program that holds, in a folder "h2k": the
/// kernel unpacks both (Documentation/driver-api/early-userspace/buffer-format.rst).  In memory.
[[nodiscard]] Result<HeldFile> holding_initrd(const std::string &initrd);

} // namespace h2k
