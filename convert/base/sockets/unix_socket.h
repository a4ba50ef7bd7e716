// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include <string>

namespace h2k {

// UNIX stream sockets, closed on exec.  Where that fails nothing is owned, and errno says why; ENAMETOOLONG: the path
// has more than 107 bytes.

/// Connected to the one that listens at @path.
[[nodiscard]] Descriptor connect_to_socket(const std::string &path);
/// Creates @path, which only its owner can use, with a socket that does not listen yet.
[[nodiscard]] Descriptor bind_socket(const std::string &path);

} // namespace h2k
