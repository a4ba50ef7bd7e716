// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/guest_values.h"

namespace h2k {

Result<> set_keep_old_tools(Request &request, const std::string &) {
    request.repair.keep_old_tools = true;
    return {};
}

Result<> set_remove_cloud_agents(Request &request, const std::string &) {
    request.repair.remove_cloud_agents = true;
    return {};
}

} // namespace h2k
