// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include <optional>
#include <string>

namespace h2k {

/// What a guest starts by default, as it was read from its disks.  Its files are in memory that no folder of the host
/// names.
struct DirectKernel {
    Descriptor image{};
    Descriptor initramfs{};  ///< empty: it has none
    std::string arguments{}; ///< its command line
};

/// The copy of a guest, ready to be started.
struct PreparedCopy {
    std::optional<DirectKernel> kernel; ///< if it was asked for, and what the guest starts by default is certain
    std::string doubt;                  ///< a sentence: why it is not
};

/// The longest initramfs that is read, all its parts together, bytes.
constexpr std::uint64_t most_initramfs = std::uint64_t{512} << 20;

} // namespace h2k
