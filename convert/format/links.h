// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Opens what @path leads to, with O_PATH.  A symbolic link on the way is followed where it belongs to root, to our
/// user, or to the owner of what the whole path leads to: nobody else may choose which file of the host we read or
/// write.  Errors are H2K_ERROR_SOURCE and name @path.
[[nodiscard]] Result<Descriptor> open_through_links(const std::string &path);

} // namespace h2k
