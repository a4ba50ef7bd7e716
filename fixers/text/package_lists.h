// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <functional>
#include <string_view>
#include <vector>

namespace h2k::text {

/// An installed package as dpkg's status file has it (deb-control(5), dpkg(1)); views of the file.
struct DpkgPackage {
    std::string_view name, arch;
    std::string_view pre_depends, depends;
    std::vector<std::string_view> conffiles; ///< absolute paths; at most 64
};
/// Calls @visit for each package that is installed, even partly; at most 65536 of them.
void each_dpkg_package(std::string_view file, const std::function<void(const DpkgPackage &)> &visit);
/// The package names of a dependency field: "libc6 (>= 2.34), mawk | awk" as libc6, mawk, awk.
[[nodiscard]] std::vector<std::string_view> dependency_names(std::string_view field);

/// An installed package as apk's database has it (apk-tools, "apk installed database v2"); views of the file.
struct ApkPackage {
    std::string_view name;
    std::string_view folder, file; ///< of its first file outside etc, without the leading slash; empty: none
};
void each_apk_package(std::string_view file, const std::function<void(const ApkPackage &)> &visit);

/// Is @name a valid package name in any of the formats, and safe in a command?
[[nodiscard]] bool is_package_name(std::string_view name);

} // namespace h2k::text
