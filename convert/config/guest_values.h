// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"

namespace h2k {

// What is wished for the software of the guest; values.h has the rest.
[[nodiscard]] Result<> set_keep_old_tools(Request &request, const std::string &value);
[[nodiscard]] Result<> set_remove_cloud_agents(Request &request, const std::string &value);
[[nodiscard]] Result<> set_selinux_relabel(Request &request, const std::string &value);
/// A file that is a package by its own first bytes, or "first-boot".
[[nodiscard]] Result<> add_agent_package(Request &request, const std::string &value);
/// "user-data=FILE,meta-data=FILE,network-config=FILE,iso"; reads and checks the files.
[[nodiscard]] Result<> set_cloud_init(Request &request, const std::string &value);
[[nodiscard]] Result<> set_job(Request &request, const std::string &value);

} // namespace h2k
