// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/guest/handle.h"
#include "convert/model/guest.h"
#include <chrono>
#include <memory>

namespace h2k {

/// A rebuild of an initramfs takes minutes without KVM; a guest's program may also never end.
constexpr std::chrono::minutes longest_program{30};

/// The guest whose file systems are mounted in @handle, which must outlive it.  A program of the guest that runs longer
/// than @limit takes the appliance down with it.
[[nodiscard]] std::unique_ptr<Guest> open_guest(const Handle &handle,
                                                std::chrono::milliseconds limit = longest_program);

} // namespace h2k
