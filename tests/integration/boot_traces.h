// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k::test {

/// The private folder of the boot test that works in @work, or did when this was last asked; "" before it starts.
[[nodiscard]] std::string root_of(const std::string &work);
/// The QEMU processes of its domain: their folders in /proc.
[[nodiscard]] std::vector<std::string> qemu_of(const std::string &work);

} // namespace h2k::test
