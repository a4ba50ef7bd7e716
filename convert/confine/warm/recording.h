// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/confine/warm/line.h"

namespace h2k {

/// Names in the folder of a recording.  It is made elsewhere and renamed, so all of it is there, and never changes.
inline constexpr const char *state_name = "state", *overlay_name = "root.qcow2", *facts_name = "facts",
                            *sums_name = "sums";

/// All that a recording depends on: our version and that of @library (libguestfs), the host's processor, QEMU's
/// @program, the program that holds, the appliance's files, the command line.  One fact a line.
[[nodiscard]] Result<std::string> facts_of(const std::string &program, const std::string &library,
                                           const ApplianceLine &line);
/// Is what @facts say of us, the host, QEMU and the appliance's files still so?  The command line is not looked at.
[[nodiscard]] bool still_hold(const std::string &facts, const std::string &program, const std::string &library);
/// By this name the recording with @facts lies in the cache.
[[nodiscard]] std::string key_of(const std::string &facts);

} // namespace h2k
