// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/option_values.h"
#include "convert/base/i18n.h"
#include "convert/base/nearest.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

Result<std::size_t> choice_index(const Option &option, const std::string &value) {
    std::vector<const char *> names;
    for (const auto *name = option.value.choices; *name; ++name)
        names.push_back(*name);
    if (const auto found = std::ranges::find(names, value); found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    const auto all = join({names.begin(), names.end()}, ", ");
    if (const char *near = nearest(value, names))
        return fail(H2K_ERROR_USAGE, _("--%s takes one of %s, not “%s”. Did you mean “%s”?"), option.name, all.c_str(),
                    value.c_str(), near);
    return fail(H2K_ERROR_USAGE, _("--%s takes one of %s, not “%s”."), option.name, all.c_str(), value.c_str());
}

Result<bool> flag_value(const Option &option, const std::string &value) {
    if (value.empty() || value == "true")
        return true;
    if (value == "false")
        return false;
    return fail(H2K_ERROR_USAGE, _("--%s is true or false, not “%s”."), option.name, value.c_str());
}

Result<unsigned> number_value(const Option &option, const std::string &value, unsigned least, unsigned most) {
    const auto number = parse_number<unsigned>(value, least, most);
    if (!number)
        return fail(H2K_ERROR_USAGE, _("--%s takes a number from %u to %u, not “%s”."), option.name, least, most,
                    value.c_str());
    return *number;
}

Result<std::string> text_value(const Option &option, const std::string &value) {
    if (value.empty() || !is_utf8(value))
        return fail(H2K_ERROR_USAGE, _("--%s needs a value."), option.name);
    return value;
}

std::vector<std::string> values_of(const std::string &text) {
    return text.empty() ? std::vector<std::string>{} : std::vector{text};
}

} // namespace h2k
