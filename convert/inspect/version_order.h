// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <compare>
#include <string_view>

namespace h2k {

/// Orders kernel versions as rpm orders versions (rpm-version(7)): runs of digits by value, runs of letters by letter,
/// a number after letters, what stands between them ignored, and the longer one last; '~' and "rc" come before
/// everything, even the end.  "6.1.0-9-amd64" comes before "6.1.0-10-amd64", "4.18.0-553.el8" before
/// "4.18.0-553.5.1.el8", "6.1-rc1" before "6.1".
[[nodiscard]] std::weak_ordering version_order(std::string_view a, std::string_view b);

} // namespace h2k
