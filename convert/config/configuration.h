// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/document/node.h"
#include "convert/model/configuration.h"

namespace h2k {

/// Reads and checks what the user wants to be put into the guest; see CONFIGURATION FILE in the man page.  @name: of
/// the file; messages begin with it and the line.  H2K_ERROR_USAGE.
[[nodiscard]] Result<Configuration> parse_configuration(const std::string &text, const std::string &name);

/// The blocks of a configuration.
[[nodiscard]] Result<> read_users(const Node &block, Configuration &into);
[[nodiscard]] Result<> read_services(const Node &block, Configuration &into);
[[nodiscard]] Result<> read_hostname(const Node &block, Configuration &into);
[[nodiscard]] Result<> read_network(const Node &block, Configuration &into);
[[nodiscard]] Result<> read_first_boot(const Node &block, Configuration &into);

} // namespace h2k
