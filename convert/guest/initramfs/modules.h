// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Those of @wanted that neither @names (an initramfs image) has for @kernel nor @builtin (the content of
/// modules.builtin) lists.
[[nodiscard]] std::vector<std::string> missing_modules(const std::vector<std::string> &names, std::string_view builtin,
                                                       const std::string &kernel,
                                                       const std::vector<std::string> &wanted);

} // namespace h2k
