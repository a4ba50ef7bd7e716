// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"

namespace h2k {

/// The VHDX @file as it is once its log is replayed, which is what all else reads: [MS-VHDX] section 2.3.  Its headers
/// then name no log; without patches, they did not do that before.  Nothing is written.  A log that is damaged, or that
/// changes what no log may, is H2K_ERROR_SOURCE.
[[nodiscard]] Result<HostFile> replay_vhdx_log(const HostFile &file);

} // namespace h2k
