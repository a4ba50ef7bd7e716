// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <string>

namespace h2k {

/// Why a file of a well-known kind is not accepted, as a sentence; empty where its kind is not recognised.
[[nodiscard]] Result<std::string> foreign_kind(const HostFile &file, std::string_view head);

} // namespace h2k
