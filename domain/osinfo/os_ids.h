// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// The names that libosinfo may have for a guest.
struct OsNames {
    std::vector<std::string> short_ids; ///< of the exact release, best first
    std::string prefix;                 ///< what a short id has before its version
    std::string distro;                 ///< libosinfo's name of the distribution
    std::string version;                ///< of the guest, digits and dots
    std::vector<std::string> any;       ///< entries for some release of the distribution, best first
};

/// Translates ID and VERSION_ID of os-release(5) to libosinfo's names.
[[nodiscard]] OsNames os_names(const Inspection &guest);

/// Digits and dots only, as in "12" or "22.04"?
[[nodiscard]] bool is_plain_version(const std::string &version);
/// Compares dotted numbers: negative, 0 or positive.  "9" and "9.0" are equal.
[[nodiscard]] int compare_versions(const std::string &a, const std::string &b);

/// Short id of the generic Linux that a kernel's release belongs to; empty where the kernel is older than all of them.
[[nodiscard]] std::string generic_linux(const std::string &kernel);

} // namespace h2k
