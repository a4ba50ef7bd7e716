// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/guest_values.h"
#include "convert/base/i18n.h"

namespace h2k {

Result<> set_keep_old_tools(Request &request, const std::string &) {
    request.repair.keep_old_tools = true;
    return {};
}

Result<> set_remove_cloud_agents(Request &request, const std::string &) {
    request.repair.remove_cloud_agents = true;
    return {};
}

Result<> set_selinux_relabel(Request &request, const std::string &value) {
    for (const auto relabel : {SelinuxRelabel::touched, SelinuxRelabel::boot, SelinuxRelabel::full})
        if (value == name_of(relabel)) {
            request.repair.selinux = relabel;
            return {};
        }
    return fail(H2K_ERROR_USAGE, _("There is no way to relabel “%s”; there are touched, boot and full."),
                value.c_str());
}

} // namespace h2k
