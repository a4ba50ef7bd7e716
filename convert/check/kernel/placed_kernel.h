// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/check/kernel/direct_kernel.h"
#include "convert/confine/private_user.h"
#include <cstdint>

namespace h2k {

struct KernelPlan {
    std::string folder;              ///< of ours, which QEMU can pass
    std::optional<PrivateUser> user; ///< that QEMU runs as; null: ours
    std::uint64_t memory = 0;        ///< of the domain, bytes
    bool translated = false;         ///< the guest's code is translated, and not run by the processor
};

/// A kernel as files that QEMU can read and not change.
struct PlacedKernel {
    std::string image, initramfs; ///< paths; no initramfs: empty
    std::string arguments;        ///< the command line
    std::string added;            ///< what stands in front of the guest's own there; may be empty
    bool is_uncompressed = false; ///< the kernel from the image, and not the image
};

/// Puts @kernel into the plan's folder: uncompressed where code is translated and PVH can start it, since the guest
/// would unpack it slowly; else as it is.  H2K_ERROR_FAILED if it is no bzImage, or there is no space for it.
[[nodiscard]] Result<PlacedKernel> place_kernel(const DirectKernel &kernel, const KernelPlan &plan,
                                                GCancellable *cancel);

} // namespace h2k
