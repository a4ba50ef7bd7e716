// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "fixers/text/modules_dep.h"
#include <string>

namespace h2k {

/// The kernel that a guest starts by default, and its modules.
struct StartedKernel {
    const Kernel *kernel = nullptr; ///< null: none is known
    text::KernelModules modules;

    /// Does it have @driver, as module_name() gives it?  True where no kernel is known.
    [[nodiscard]] bool has(const std::string &driver) const { return !kernel || modules.has(driver); }
};
[[nodiscard]] Result<StartedKernel> started_kernel(const GuestView &guest, const LinuxFacts &facts);

/// Can a guest's default kernel find a kind of device when it starts, once linux.initramfs has done its work?
enum class Reach {
    yes,
    no_driver,     ///< the kernel has no driver for it
    not_in_image,  ///< its initramfs lacks the driver, and nothing can put it there
    unknown_kernel ///< no kernel was found, or its initramfs cannot be found
};

/// Of disks on @bus.
[[nodiscard]] Result<Reach> reach_of_disks(const GuestView &guest, const LinuxFacts &facts,
                                           const StartedKernel &started, Bus bus);

} // namespace h2k
