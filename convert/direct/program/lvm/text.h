// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A section of LVM's text format, lvm.conf(5): "name { key = value … section { … } … }".
struct LvmSection {
    std::string name;
    std::map<std::string, std::vector<std::string>, std::less<>> values; ///< one alone is a list of one
    std::vector<LvmSection> sections;

    /// Null: there is none of that name.
    [[nodiscard]] const LvmSection *section(std::string_view wanted) const;
    /// The value, if it is there and not a list of several.
    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
    /// The same as a number that is not negative.
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const;
    /// Empty where it is not there.
    [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
};

/// The whole of @text, as a section without a name.  H2K_ERROR_SOURCE where it is malformed, has a name more than once
/// in a section, or more than a volume group ever has.
[[nodiscard]] Result<LvmSection> parse_lvm_text(std::string_view text);

} // namespace h2k
