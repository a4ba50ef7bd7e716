// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

// Edits to a file of hosts(5); all else of it stays as it is.

/// Is @name one of a line?
[[nodiscard]] bool names_host(std::string_view file, std::string_view name);
/// Renames the host @old, with or without a domain after it, to @name, with @domain after it where there was one; with
/// an empty @domain the old one stays.  "localhost" is not renamed.
[[nodiscard]] std::string rename_host(std::string_view file, const std::string &old, const std::string &name,
                                      const std::string &domain);
/// Adds @names to the line of @address, or such a line.
[[nodiscard]] std::string add_host(const std::string &file, const std::string &address,
                                   const std::vector<std::string> &names);

} // namespace h2k::text
