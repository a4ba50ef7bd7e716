// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"
#include <string>
#include <vector>

namespace h2k {

/// What an option's value is, for completion, printing and conversion.
enum class OptionKind { flag, text, number, size, choice, file, folder };

/// What an option is about: its heading in help texts.
enum class OptionGroup { source, target, repair, configuration, boot_test, output };
/// In code and documents.
[[nodiscard]] const char *name_of(OptionGroup group);
/// N_()-marked.
[[nodiscard]] const char *heading_of(OptionGroup group);

struct Option;

/// How a value is checked, stored in a request and read back.
struct OptionValue {
    OptionKind kind{};
    /// H2K_ERROR_USAGE.  A flag takes "", "true" and "false".
    Result<> (*set)(Request &request, const Option &option, const std::string &value) = nullptr;
    /// The values that set() would take to make the same request; none: it has no value, or a flag is not set.
    std::vector<std::string> (*get)(const Request &request) = nullptr;
    bool repeats = false; ///< each set() adds a value
    /// Null-terminated: all values of a choice, of another kind words that it also takes; null: none.
    const char *const *choices = nullptr;
};

/// One option of a request: the same name, help and check, wherever it comes from.
struct Option {
    const char *name;                 ///< long name without dashes
    char letter = 0;                  ///< short name, or 0
    const char *value_name = nullptr; ///< N_()-marked name of its value; null for a flag
    const char *help;                 ///< N_()-marked, imperative, without a full stop
    unsigned actions;                 ///< or of Action
    OptionGroup group{};
    const OptionValue &value;
    bool secret = false; ///< it names a file with secrets, whose content is never shown
};

} // namespace h2k
