// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <set>
#include <string>
#include <vector>

namespace h2k::test {

/// Command lines, and users, of the QEMU processes that have a file below @folder open.
[[nodiscard]] std::vector<std::string> qemu_below(const std::string &folder);
/// Where libvirt's embedded driver works for boot tests, those of other processes among them.
[[nodiscard]] std::set<std::string> folders_of_boot_tests();
/// The one such folder that is there and was not among those @before, some of which may go at any time.
[[nodiscard]] std::string folder_since(const std::set<std::string> &before);

} // namespace h2k::test
