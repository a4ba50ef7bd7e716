// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/progress.h"
#include "convert/model/machine.h"
#include <functional>

namespace h2k {

/// Makes @overlay, a qcow2 whose writes never reach the disk below; @below is opened as its named format, read-only.
[[nodiscard]] Result<> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel);

struct Conversion {
    std::string from;                      ///< a qcow2 overlay of ours
    std::string to;                        ///< must not exist
    DiskFormat format = DiskFormat::qcow2; ///< qcow2 or raw
};
/// Copies the content of a chain into one stand-alone image; holes stay holes.  @fraction is called with 0…1.
[[nodiscard]] Result<> convert_image(const Conversion &order, const std::function<void(double)> &fraction,
                                     GCancellable *cancel);

/// What qemu-img check says of a stand-alone image; a raw one only has to have @bytes.
[[nodiscard]] Result<> check_image(const std::string &path, DiskFormat format, std::uint64_t bytes,
                                   GCancellable *cancel);

} // namespace h2k
