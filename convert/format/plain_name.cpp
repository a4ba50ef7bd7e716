// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/plain_name.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"

namespace h2k {

Result<> require_plain_name(const std::string &by, std::string_view name) {
    if (!has_control(name))
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” names the file “%s”, whose name holds a control character; programs disagree about where such a "
          "name ends, so it is refused."),
        by.c_str(), printable(name).c_str());
}

} // namespace h2k
