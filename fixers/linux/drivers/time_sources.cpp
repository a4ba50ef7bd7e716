// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/drivers/time_sources.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"

namespace h2k {

namespace {

/// Amazon's and Google's time servers, which exist in no other network.
bool is_cloud_server(std::string_view name) {
    return name == "169.254.169.123" || name == "fd00:ec2::123" || name == "metadata.google.internal" ||
           name == "169.254.169.254";
}

struct Sources {
    unsigned left = 0; ///< that may still answer
    bool changed = false;
};

/// chrony.conf(5) and ntp.conf(5).  chronyd exits where a PHC does not exist.
Result<> plan_file(const GuestView &guest, const std::string &path, Sources &sources, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices));
    if (!file)
        return {};
    text::Edits edits;
    for (const auto &line : text::lines_of(*file)) {
        const auto parts = words(line.content);
        if (parts.size() < 2)
            continue;
        const auto directive = lower(parts[0]);
        const bool server = directive == "server" || directive == "pool" || directive == "peer";
        if ((directive == "refclock" && lower(parts[1]) == "phc") || (server && is_cloud_server(parts[1])))
            edits.insert(line.at, "# ");
        else if (server || directive == "refclock" || directive == "sourcedir")
            ++sources.left;
    }
    if (edits.empty())
        return {};
    sources.changed = true;
    finding.changes.push_back({{},
                               _("It uses a clock or time server of the old hypervisor or cloud, and the time service "
                                 "may stop where that is missing."),
                               WriteFile{path, edits.applied(*file)}});
    return {};
}

} // namespace

Result<> plan_time_sources(const GuestView &guest, Finding &finding) {
    Sources sources;
    for (const auto *glob :
         {"/etc/chrony.conf", "/etc/chrony/chrony.conf", "/etc/chrony.d/*.conf", "/etc/chrony/conf.d/*.conf",
          "/etc/chrony/sources.d/*.sources", "/run/chrony.d/*.sources", "/etc/ntp.conf", "/etc/ntpsec/ntp.conf"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            H2K_CHECK(plan_file(guest, path, sources, finding));
    if (sources.changed && sources.left == 0)
        finding.notices.warn(
            "cloud.no-time-source",
            _("The guest's time service has no time source any more; add time servers to its configuration."));
    return {};
}

} // namespace h2k
