// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/leftovers.h"
#include "convert/base/i18n.h"
#include "fixers/linux/network/seen_names.h"

namespace h2k {

Result<> plan_leftovers(const GuestView &guest, Finding &finding) {
    constexpr std::size_t most = 256;
    for (const char *glob : lease_files())
        for (auto &path : H2K_TRY(guest.list(glob))) {
            if (finding.changes.size() >= most)
                return {};
            finding.changes.push_back({{}, _("It remembers an address of the old network."), RemoveFile{path}, true});
        }
    return {};
}

} // namespace h2k
