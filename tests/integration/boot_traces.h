// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <set>
#include <string>
#include <vector>

namespace h2k::test {

/// The private folder of the boot test that works in @work, or did when this was last asked; "" before it starts.
[[nodiscard]] std::string root_of(const std::string &work);
/// The QEMU processes of its domain: their folders in /proc.
[[nodiscard]] std::vector<std::string> qemu_of(const std::string &work);
/// Where libvirt's embedded driver works for boot tests, those of other processes among them.
[[nodiscard]] std::set<std::string> folders_of_boot_tests();
/// The one such folder that is there and was not among those @before, some of which may go at any time.
[[nodiscard]] std::string folder_since(const std::set<std::string> &before);

} // namespace h2k::test
