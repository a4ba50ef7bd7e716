// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k::text {

/// "/dev/disk/by-uuid/a" as it stands in names of units, without a suffix: "dev-disk-by\x2duuid-a" (systemd.unit(5)).
[[nodiscard]] std::string unit_name_of_path(std::string_view path);
/// The reverse, of a name without its suffix.
[[nodiscard]] std::string path_of_unit_name(std::string_view name);

} // namespace h2k::text
