// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <vector>

namespace h2k::test {

// What the kernel says of a process; @proc: its folder in /proc.

/// The fields of "NAME:\tFIELD\tFIELD" in @text.
[[nodiscard]] std::vector<std::string> fields_of(const std::string &text, const std::string &name);

/// Limits on time, memory and files, no core dumps and no new privileges.
void has_limits(const std::string &proc);
/// Where we are root: a user and a group that no account has, and no further groups.
void is_nobody_else(const std::string &proc);
/// Namespaces of its own.
void is_apart(const std::string &proc);

} // namespace h2k::test
