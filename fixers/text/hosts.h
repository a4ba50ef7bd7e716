// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

// Edits to a file of hosts(5); all else of it stays as it is.

/// Is @name one of a line?
[[nodiscard]] bool names_host(std::string_view file, std::string_view name);
/// The lines that name the host @old, as it stands or with a domain behind it, name @name, with @domain behind it where
/// there was one; with an empty @domain the old one stays.  "localhost" is not renamed.
[[nodiscard]] std::string rename_host(std::string_view file, const std::string &old, const std::string &name,
                                      const std::string &domain);
/// The line of @address has @names too; one is added where there is none.
[[nodiscard]] std::string add_host(const std::string &file, const std::string &address,
                                   const std::vector<std::string> &names);

} // namespace h2k::text
