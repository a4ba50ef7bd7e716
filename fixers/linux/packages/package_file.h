// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// Does the package file called @name (no folder) fit the guest, as far as its name tells: format, architecture, and
/// the release that some names carry (".el9", "+deb12u3")?
[[nodiscard]] bool package_file_fits(const Inspection &facts, const std::string &name);
/// Can @path stand in a command: absolute, of plain characters alone?
[[nodiscard]] bool is_plain_path(std::string_view path);
/// The command that installs package files of the guest's, offline, or fails and leaves all as it was; empty: none is
/// known.
[[nodiscard]] std::vector<std::string> installation_command(const LinuxFacts &facts,
                                                            const std::vector<std::string> &paths);

} // namespace h2k
