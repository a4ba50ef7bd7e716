// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/repair_options.h"

namespace h2k {

/// Writes @seed as the medium that cloud-init's NoCloud data source reads: ISO 9660 with Rock Ridge and Joliet,
/// labelled "cidata".  @path must not exist; only its owner can read it, since a seed may hold passwords.
[[nodiscard]] Result<> write_seed_iso(const std::string &path, const CloudSeed &seed);

} // namespace h2k
