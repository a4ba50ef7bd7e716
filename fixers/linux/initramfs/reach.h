// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include <string_view>

namespace h2k {

/// Can a guest's default kernel find a kind of device when it starts, once linux.initramfs has done its work?
enum class Reach {
    yes,
    no_driver,     ///< the kernel has no driver for it
    not_in_image,  ///< its initramfs lacks the driver, and nothing can put it there
    unknown_kernel ///< no kernel was found, or its initramfs cannot be found
};

/// Of disks on @bus.
[[nodiscard]] Result<Reach> reach_of_disks(const GuestView &guest, const LinuxFacts &facts, Bus bus);

/// Does the default kernel have the driver @name, as module_name() gives it?  True where no kernel is known.
[[nodiscard]] Result<bool> has_driver(const GuestView &guest, const LinuxFacts &facts, std::string_view name);

} // namespace h2k
