// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"
#include "fixers/text/fstab.h"

namespace h2k {

/// Warns of a key that the target machine does not have: in a TPM, on a token, or on a disk that is not the guest's.
void warn_of_missing_key(const Inspection &facts, const text::CrypttabEntry &entry, Finding &finding);

} // namespace h2k
