// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// The file @name of the recording in @folder, opened for reading.  An error unless both are what they should be, no
/// links, of this user, and closed to all others: whoever can write a recording decides what the appliance does.
[[nodiscard]] Result<Descriptor> open_kept(const std::string &folder, const char *name);
/// Its content, of at most @limit bytes.
[[nodiscard]] Result<std::string> read_kept(const std::string &folder, const char *name, std::size_t limit);

} // namespace h2k
