// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// An RPM package and a file of its own that shows that it is installed: RPM's databases are binary and of several
/// formats.
struct RpmTrace {
    const char *package;
    const char *file; ///< glob
};

/// A package that is installed in a guest.
struct GuestPackage {
    std::string name;                   ///< safe in a command
    std::string trace;                  ///< a file that exists as long as the package is installed
    std::vector<std::string> conffiles; ///< that are removed with it for good
    std::string needed_by;              ///< an installed package that depends on it and is not removed
};

/// Is the package @name wanted?
using PackageWanted = std::function<bool(std::string_view name)>;

/// The installed packages that are wanted, each before those that it depends on.  In a guest with RPM only those of
/// @rpms are found.
[[nodiscard]] Result<std::vector<GuestPackage>> find_packages(const GuestView &guest, const LinuxFacts &facts,
                                                              const PackageWanted &wanted,
                                                              const std::vector<RpmTrace> &rpms, Notices &notices);

/// How a command of Debian's package tools begins: nothing is asked, and no service is started.
[[nodiscard]] std::vector<std::string> quiet_debian_command();

/// The command that removes @names with the guest's own package manager, offline; empty: not supported.
[[nodiscard]] std::vector<std::string> removal_command(const LinuxFacts &facts, const std::vector<std::string> &names);

} // namespace h2k
