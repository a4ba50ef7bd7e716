// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"

namespace h2k {

/// Finds a full target before the first byte is copied: H2K_ERROR_TARGET where @folder has less room than the import of
/// @source into it is likely to take.
[[nodiscard]] Result<> require_room(const std::string &folder, const Machine &source, const Request &wish);

} // namespace h2k
