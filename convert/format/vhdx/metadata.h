// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/vhdx/layout.h"

namespace h2k {

/// Adds what the metadata region of @file says to @layout, whose regions are known: [MS-VHDX] section 2.6.
[[nodiscard]] Result<> read_vhdx_metadata(const HostFile &file, VhdxLayout &layout);

/// What the parent locator @item says: [MS-VHDX] section 2.6.2.6.
[[nodiscard]] Result<ParentReference> read_vhdx_parent(const HostFile &file, std::string_view item);

} // namespace h2k
