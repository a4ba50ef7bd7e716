// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// Does the package file called @name (no folder) fit the guest, judging by its name: format, architecture, and
/// the release that some names carry (".el9", "+deb12u3")?
[[nodiscard]] bool package_file_fits(const Inspection &facts, const std::string &name);
/// Is @path safe in a command: absolute, and of plain characters only?
[[nodiscard]] bool is_plain_path(std::string_view path);
/// The command that installs package files of the guest, offline, or fails and changes nothing; empty: not supported.
[[nodiscard]] std::vector<std::string> installation_command(const LinuxFacts &facts,
                                                            const std::vector<std::string> &paths);

} // namespace h2k
