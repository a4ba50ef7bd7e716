// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <functional>

namespace h2k {

/// Takes one run of sectors: bytes of the guest's disk, and their offset in the image; null: zeros.
using VisitChange =
    std::function<Result<>(std::uint64_t guest_offset, std::uint64_t length, std::optional<std::uint64_t> file_offset)>;

/// The image @file as it is read, which is not always as it is stored: of a VHDX, with its log replayed.
[[nodiscard]] Result<HostFile> as_read(const HostFile &file, DiskFormat format);

/// Every run of sectors that the differencing VHD, VHDX or VDI image @child, of as_read(), itself holds, in guest order
/// and within the disk's size; what is not visited is in its parent.  @format: one of these.  The headers are checked,
/// and each run lies inside the file, else H2K_ERROR_SOURCE.  A failure of
/// @visit ends the walk.
[[nodiscard]] Result<> for_each_change(const HostFile &child, DiskFormat format, const VisitChange &visit);

} // namespace h2k
