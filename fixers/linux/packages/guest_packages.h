// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// An RPM package whose presence a file of its own tells: RPM's databases are binary and differ by age.
struct RpmTrace {
    const char *package;
    const char *file; ///< glob
};

/// A package that is installed in a guest.
struct GuestPackage {
    std::string name;                   ///< safe to stand in a command
    std::string trace;                  ///< a file that is there as long as the package is
    std::vector<std::string> conffiles; ///< that go with it for good
    std::string needed_by;              ///< an installed package that is not asked for and cannot do without it
};

/// Is the package @name asked for?
using PackageWanted = std::function<bool(std::string_view name)>;

/// The installed packages that are asked for, those that others of them depend on behind these.  Of a guest with RPM
/// only those of @rpms are found.
[[nodiscard]] Result<std::vector<GuestPackage>> find_packages(const GuestView &guest, const LinuxFacts &facts,
                                                              const PackageWanted &wanted,
                                                              const std::vector<RpmTrace> &rpms,
                                                              std::vector<std::string> &warnings);

/// How a command of Debian's package tools begins: nothing is asked, and no service is started.
[[nodiscard]] std::vector<std::string> quiet_debian_command();

/// The command that takes @names away with the guest's own package manager, offline; empty: none is known.
[[nodiscard]] std::vector<std::string> removal_command(const LinuxFacts &facts, const std::vector<std::string> &names);

} // namespace h2k
