// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/config/yaml_tree.h"
#include "convert/model/configuration.h"

namespace h2k {

/// What a file says shall be put into the guest; section CONFIGURATION FILE of the man page describes it.  All of it is
/// checked here.  @name is for messages, which begin with it and the line.  H2K_ERROR_USAGE.
[[nodiscard]] Result<Configuration> parse_configuration(const std::string &text, const std::string &name);

/// The blocks of a configuration.
[[nodiscard]] Result<> read_users(const YamlNode &block, Configuration &into);
[[nodiscard]] Result<> read_services(const YamlNode &block, Configuration &into);
[[nodiscard]] Result<> read_hostname(const YamlNode &block, Configuration &into);
[[nodiscard]] Result<> read_network(const YamlNode &block, Configuration &into);
[[nodiscard]] Result<> read_first_boot(const YamlNode &block, Configuration &into);

} // namespace h2k
