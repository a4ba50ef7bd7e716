// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include "convert/model/machine.h"

namespace h2k {

// What is said of machines from several kinds of source.  @name: of the source, as in messages.

void warn_of_tpm(Notices &notices, const std::string &name);
void warn_of_suspension(Notices &notices, const std::string &name);
/// One warning for all devices of @machine that the target will not have; none where there are no such devices.
void warn_of_lost_devices(Notices &notices, const Machine &machine);
/// @error of a machine that is refused, with what would not have been carried over either.
[[nodiscard]] std::unexpected<Error> with_lost_devices(Error error, const Machine &machine);
/// @key has the value @text, which is ignored.
void warn_of_setting(Notices &notices, const std::string &name, const char *key, const std::string &text);

} // namespace h2k
