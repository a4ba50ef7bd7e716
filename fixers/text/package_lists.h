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
/// Tells @told of each package that is installed, wholly or not; at most 65536 of them.
void each_dpkg_package(std::string_view file, const std::function<void(const DpkgPackage &)> &told);
/// The package names of a dependency field: "libc6 (>= 2.34), mawk | awk" as libc6, mawk, awk.
[[nodiscard]] std::vector<std::string_view> dependency_names(std::string_view field);

/// An installed package as apk's database has it (apk-tools, "apk installed database v2"); views of the file.
struct ApkPackage {
    std::string_view name;
    std::string_view folder, file; ///< of its first file outside of etc, without the leading slash; empty: has none
};
void each_apk_package(std::string_view file, const std::function<void(const ApkPackage &)> &told);

/// Can @name be the name of a package, in any of the formats, and stand in a command?
[[nodiscard]] bool is_package_name(std::string_view name);

} // namespace h2k::text
