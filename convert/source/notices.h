// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"

namespace h2k {

// What is said of machines from several kinds of source.  @name: of the source, as in messages.

void warn_of_tpm(Notices &notices, const std::string &name);
void warn_of_suspension(Notices &notices, const std::string &name);
/// @key has the value @text, which is ignored.
void warn_of_setting(Notices &notices, const std::string &name, const char *key, const std::string &text);

} // namespace h2k
