// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/document/node.h"

namespace h2k {

// Texts of a configuration that have a form of their own; a failure names the place and the rule.

/// A name of an account or a group, as useradd(8) takes it in one distribution or another.
[[nodiscard]] Result<std::string> account_name(const Node &node);
/// What crypt(5) makes of a password.  What is refused is never shown.
[[nodiscard]] Result<std::string> password_hash(const Node &node);
/// A line of authorized_keys, sshd(8).
[[nodiscard]] Result<std::string> ssh_key(const Node &node);
/// An absolute path that a field of passwd(5) can hold.
[[nodiscard]] Result<std::string> account_path(const Node &node);
/// A comment of passwd(5).
[[nodiscard]] Result<std::string> account_comment(const Node &node);
/// systemd.unit(5); ".service" is added where the suffix is missing.
[[nodiscard]] Result<std::string> unit_name(const Node &node);
/// hostname(7): labels of letters, digits and dashes, @most bytes in all.
[[nodiscard]] Result<std::string> host_name(const Node &node, std::string_view name, std::size_t most);
[[nodiscard]] Result<std::string> host_name(const Node &node, std::size_t most);
[[nodiscard]] Result<std::string> ip_address(const Node &node, const std::string &address);
/// A base name of letters, digits and ". _ - @ : +", no leading dot or dash.
[[nodiscard]] Result<std::string> file_name(const Node &node);
/// A file's content, at most 1 MiB, with a line end at its end.
[[nodiscard]] Result<std::string> file_content(const Node &node);

} // namespace h2k
