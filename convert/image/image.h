// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/progress.h"
#include "convert/model/request.h"
#include <functional>

namespace h2k {

/// Creates @overlay, a qcow2 whose writes never reach the disk below, and returns the disk that it is the top of.
/// Every image of @below's chain is opened with its named format, read-only, as it is held, and no name in it is
/// followed.  If QEMU cannot use the whole chain as backing, only the lowest image is below @overlay, and what each
/// image above that holds itself is copied into it.  The overlay itself names no backing file: whoever opens it has to
/// be given the disk.  Below that of a blank disk there is nothing.
[[nodiscard]] Result<Disk> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel);

/// Is the disk one whole file without others below it, in a format that QEMU reads in full?
[[nodiscard]] bool is_standalone(const Disk &disk);

/// Writes what the top of @overlay holds itself into the standalone image below it.  May be repeated after it was
/// interrupted.  An image that is in use is refused.  Not cancellable: a partial commit would be neither the old nor
/// the new guest.
[[nodiscard]] Result<> commit_overlay(const Disk &overlay);

/// Grows the qcow2 image at the top of @overlay.  @bytes: its new virtual size, not less than the present one.
[[nodiscard]] Result<> grow_overlay(Disk &overlay, std::uint64_t bytes, GCancellable *cancel);

struct Conversion {
    Disk from;                             ///< what create_overlay() returned
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
