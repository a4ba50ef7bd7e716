// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/volumes.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"

namespace h2k {

Result<Volumes> find_volumes(const std::vector<Member> &members) {
    Volumes found;
    if (!members.empty())
        found.unfit = sentence(_("%s belongs to LVM"), members.front().name.c_str());
    return found;
}

} // namespace h2k
