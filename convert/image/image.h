// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/progress.h"
#include "convert/model/request.h"
#include <functional>

namespace h2k {

/// Creates @overlay, a qcow2 whose writes never reach the disk below.  Every image of @below's chain is opened with its
/// named format, read-only, and no name in it is followed.  If QEMU cannot use the whole chain as backing, @overlay is
/// backed by the lowest image, and what each image above holds itself is copied into it.
[[nodiscard]] Result<> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel);

/// Can the disk be opened by its path alone, as libvirt opens the files of a domain?
[[nodiscard]] bool opens_by_path(const Disk &disk);

/// Writes what @overlay holds itself into the standalone image @below it.  May be repeated after it was
/// interrupted.  An image that is in use is refused.
[[nodiscard]] Result<> commit_overlay(const std::string &overlay, const std::string &below);

/// Grows the qcow2 image.  @bytes: its new virtual size, not less than the present one.
[[nodiscard]] Result<> grow_overlay(const std::string &overlay, std::uint64_t bytes, GCancellable *cancel);

struct Conversion {
    std::string from;                      ///< a qcow2 overlay of ours
    std::string to;                        ///< must not exist
    DiskFormat format = DiskFormat::qcow2; ///< qcow2, raw or vdi
    Compression compression = Compression::none;
    Preallocation preallocation = Preallocation::off;
};
/// Copies the content of a chain into one standalone image; holes remain holes.  @fraction is called with 0…1.
[[nodiscard]] Result<> convert_image(const Conversion &order, const std::function<void(double)> &fraction,
                                     GCancellable *cancel);

/// Runs qemu-img check on a standalone image; of a raw one, only the size is checked.
[[nodiscard]] Result<> check_image(const std::string &path, DiskFormat format, std::uint64_t bytes,
                                   GCancellable *cancel);

} // namespace h2k
