// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/leftovers.h"
#include "convert/base/i18n.h"

namespace h2k {

Result<> plan_leftovers(const GuestView &guest, Finding &finding) {
    constexpr std::size_t most = 256;
    // dhclient of Debian, SUSE and RHEL, NetworkManager's own client, wicked, dhcpcd, networkd.
    for (const char *glob : {"/var/lib/dhcp/*.lease*", "/var/lib/dhcp3/*.lease*", "/var/lib/dhclient/*.lease*",
                             "/var/lib/NetworkManager/*.lease", "/var/lib/wicked/lease-*.xml", "/var/lib/dhcpcd/*.info",
                             "/var/lib/dhcpcd/*.lease", "/var/lib/dhcpcd5/*.lease"})
        for (auto &path : H2K_TRY(guest.list(glob))) {
            if (finding.changes.size() >= most)
                return {};
            finding.changes.push_back({{}, _("It remembers an address of the old network."), RemoveFile{path}, true});
        }
    return {};
}

} // namespace h2k
