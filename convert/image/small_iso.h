// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h2k {

/// Writes an ISO image with @files, name and content of each: ISO 9660 with Rock Ridge and Joliet, labelled @label, at
/// most 32 characters.  @path must not exist; only its owner can read it, since the files may hold passwords.
[[nodiscard]] Result<> write_small_iso(const std::string &path, const std::string &label,
                                       const std::vector<std::pair<std::string, std::string>> &files);

} // namespace h2k
