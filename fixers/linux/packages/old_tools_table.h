// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/linux/families.h"
#include "fixers/linux/packages/guest_packages.h"
#include <span>

namespace h2k {

/// What a hypervisor or a cloud puts into its guests.
struct OldTool {
    const char *name;                      ///< N_()-marked, for the middle of a sentence
    const char *hypervisor;                ///< as in OldTools of convert/model/linux/families.h; null: not there
    bool cloud;                            ///< an agent of a cloud rather than a hypervisor's tools
    std::span<const char *const> packages; ///< patterns of fnmatch(3)
    std::span<const RpmTrace> rpms;        ///< what depends on others comes first
    std::span<const char *const> services;
    const char *uninstaller; ///< glob of the program that removes what no package installed; null: none
};

[[nodiscard]] std::span<const OldTool> old_tools();
/// Does the package @name belong to @tool, on any system or as @family has it?  @family may be null.
[[nodiscard]] bool is_package_of(const OldTool &tool, const LinuxFamily *family, std::string_view name);
[[nodiscard]] std::vector<std::string> services_of(const OldTool &tool, const LinuxFamily *family);

} // namespace h2k
