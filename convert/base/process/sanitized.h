// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// Is this a build with AddressSanitizer?  It takes terabytes of addresses in each process, so that their number cannot
/// be limited, and everything takes several times as long.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

} // namespace h2k
