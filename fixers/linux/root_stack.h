// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <string>
#include <vector>

namespace h2k {

/// What the root file system, and a separate /usr, lie on, as far as the guest's devices tell: "crypt", "lvm", "raid",
/// and the file systems' types.
[[nodiscard]] std::vector<std::string> root_stack(const Inspection &facts);
[[nodiscard]] bool has_layer(const std::vector<std::string> &stack, std::string_view layer);

/// The kernel's modules that reaching such a root may take, those that depend on the processor left out.
[[nodiscard]] std::vector<std::string> modules_of_stack(const std::vector<std::string> &stack);

} // namespace h2k
