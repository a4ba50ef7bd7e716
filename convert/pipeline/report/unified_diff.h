// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <optional>
#include <string>

namespace h2k {

/// What "diff -u" prints between two versions of a guest file, without_secrets(); nullopt stands for a file that is not
/// there.
[[nodiscard]] Result<std::string> unified_diff(const std::string &path, const std::optional<std::string> &before,
                                               const std::optional<std::string> &after, GCancellable *cancel);

} // namespace h2k
