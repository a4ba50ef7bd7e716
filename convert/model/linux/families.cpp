// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/linux/families.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

#include "families-table.h"

const LinuxFamily *with_id(std::string_view id) {
    const auto *found = std::ranges::find_if(
        family_table, [&](const LinuxFamily &f) { return std::ranges::find(f.ids, id) != f.ids.end(); });
    return found == std::end(family_table) ? nullptr : found;
}

} // namespace

std::span<const LinuxFamily> linux_families() { return family_table; }

const OldTools *LinuxFamily::tools_of(std::string_view hypervisor) const {
    const auto found = std::ranges::find(old_tools, hypervisor, &OldTools::of);
    return found == old_tools.end() ? nullptr : &*found;
}

const LinuxFamily *find_linux_family(std::string_view id, std::string_view like) {
    if (const auto *family = with_id(id))
        return family;
    for (const auto &word : words(like))
        if (const auto *family = with_id(word))
            return family;
    return nullptr;
}

const LinuxFamily *family_of(const LinuxFacts &facts) { return find_linux_family(facts.distro, facts.like); }

} // namespace h2k
