// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/progress.h"
#include "convert/model/request.h"
#include <functional>

namespace h2k {

/// Makes @overlay, a qcow2 whose writes never reach the disk below.  Every image of @below's chain is opened as its
/// named format, read-only, and nothing that it names by itself is followed.  Where qemu cannot stand an overlay on all
/// of the chain, @overlay stands on the lowest image and gets what each one above holds itself.
[[nodiscard]] Result<> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel);

/// Can the disk be opened by its path alone, as libvirt opens the files of a domain?
[[nodiscard]] bool stands_by_path(const Disk &disk);

/// Writes what @overlay holds itself into the stand-alone image @below it.  Done again after it was ended on the way,
/// it ends as if it had not been.  An image that is in use is refused.
[[nodiscard]] Result<> commit_overlay(const std::string &overlay, const std::string &below);

/// Makes the qcow2 image larger.  @bytes: its new virtual size, never less than it is.
[[nodiscard]] Result<> grow_overlay(const std::string &overlay, std::uint64_t bytes, GCancellable *cancel);

struct Conversion {
    std::string from;                      ///< a qcow2 overlay of ours
    std::string to;                        ///< must not exist
    DiskFormat format = DiskFormat::qcow2; ///< qcow2, raw or vdi
    Compression compression = Compression::none;
    Preallocation preallocation = Preallocation::off;
};
/// Copies the content of a chain into one stand-alone image; holes stay holes.  @fraction is called with 0…1.
[[nodiscard]] Result<> convert_image(const Conversion &order, const std::function<void(double)> &fraction,
                                     GCancellable *cancel);

/// What qemu-img check says of a stand-alone image; a raw one only has to have @bytes.
[[nodiscard]] Result<> check_image(const std::string &path, DiskFormat format, std::uint64_t bytes,
                                   GCancellable *cancel);

} // namespace h2k
