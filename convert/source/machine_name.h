// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// A name for a domain and its volumes from the name of a disk image: without its suffix, and with letters, digits,
/// '.', '_' and '-' alone.  Never empty, at most 100 bytes, never starting with '.' or '-'.
[[nodiscard]] std::string machine_name(const std::string &path);

} // namespace h2k
