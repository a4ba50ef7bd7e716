// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"

namespace h2k {

/// H2K_ERROR_TARGET where @folder has less free space than the import of @source into it is likely to take.
[[nodiscard]] Result<> require_space(const std::string &folder, const Machine &source, const Request &request);

/// @outcome of work in @folder of a job, or H2K_ERROR_TARGET where that failed and the host has no space left there:
/// the appliance only sees that a disk fails.
[[nodiscard]] Result<> explain_full_host(const std::string &folder, Result<> outcome);

} // namespace h2k
