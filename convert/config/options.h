// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"
#include <span>

namespace h2k {

/// What a request is for.
enum class Action : unsigned { import = 1, inspect = 2, plan = 4, boot_test = 8, revert = 16 };
[[nodiscard]] const char *name_of(Action action);

/// One option of a request: the same name, help and check, wherever it is said.
struct Option {
    const char *name;  ///< long name without dashes
    char letter;       ///< short name, or 0
    const char *value; ///< N_()-marked name of its value; null for a flag
    const char *help;  ///< N_()-marked sentence
    unsigned actions;  ///< or of Action
    Result<> (*set)(Request &request, const std::string &value);
};

[[nodiscard]] std::span<const Option> options();

/// Sets one option by name; an unknown name fails with the nearest known one.  H2K_ERROR_USAGE.
[[nodiscard]] Result<> set_option(Request &request, const std::string &name, const std::string &value);

/// Is the whole request one that @action can be done for?  H2K_ERROR_USAGE.
[[nodiscard]] Result<> check_request(const Request &request, Action action);

} // namespace h2k
