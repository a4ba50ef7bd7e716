// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"
#include "fixers/linux/services/init_system.h"

namespace h2k {

/// What the guest removes when it starts first.  All names are safe in a script.
struct LaterRemoval {
    std::vector<std::string> packages;     ///< what depends on others comes first
    std::vector<std::string> uninstallers; ///< paths of programs
    std::vector<std::string> masked;       ///< units that are masked until then
};

/// Adds to @finding the script that does it and what starts that; each change may fail.  What the guest has already is
/// not added again, and nothing to remove adds nothing.
[[nodiscard]] Result<> remove_later(const GuestView &guest, const LinuxFacts &facts, InitSystem init,
                                    const LaterRemoval &removal, Finding &finding);

} // namespace h2k
