// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include "convert/format/parent.h"

namespace h2k {

/// Size of a VHD's dynamic disk header.
constexpr std::size_t vhd_header_size = 1024;

/// What the dynamic disk header @header of the differencing VHD @file says of its parent: its unique id, its name and
/// its locators ("Dynamic Disk Header Format", "Parent Locator Entry").
[[nodiscard]] Result<ParentReference> read_vhd_parent(const HostFile &file, std::string_view header);

} // namespace h2k
