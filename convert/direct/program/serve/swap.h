// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"

namespace h2k {

/// Drops the content of the swap area in @bytes and keeps its first page, with the signature.  What is no swap area
/// that mkswap(8) has made, such as one that a system has hibernated to, stays as it is.
[[nodiscard]] Result<> empty_swap(Bytes &bytes);

} // namespace h2k
