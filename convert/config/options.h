// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/config/option.h"
#include <span>

namespace h2k {

/// All options, those of one group together.
[[nodiscard]] std::span<const Option> options();
/// Null: no such option.
[[nodiscard]] const Option *find_option(std::string_view name);

/// Sets one option by name; an unknown name fails with the nearest known one.  H2K_ERROR_USAGE.
[[nodiscard]] Result<> set_option(Request &request, const std::string &name, const std::string &value);

/// The values of one option, each as set_option() takes it; an unknown name fails in the same way.
[[nodiscard]] Result<std::vector<std::string>> get_option(const Request &request, const std::string &name);

/// Is the request complete and consistent for @action?  H2K_ERROR_USAGE.
[[nodiscard]] Result<> check_request(const Request &request, Action action);

} // namespace h2k
