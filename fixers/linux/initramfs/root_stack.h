// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Is @layer ("crypt", "lvm", "raid", a file system) in @stack, as Inspection::root_stack is?
[[nodiscard]] bool has_layer(const std::vector<std::string> &stack, std::string_view layer);

/// The kernel modules that such a root may need, without those that depend on the processor.
[[nodiscard]] std::vector<std::string> modules_of_stack(const std::vector<std::string> &stack);

} // namespace h2k
