// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/vmdk_parts.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/source/folder/similar.h"
#include "convert/source/image/vmdk/descriptor.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

/// The files that a descriptor names, folded; none where it is damaged, as will be reported.
std::set<std::string> names_in(std::string_view descriptor) {
    std::set<std::string> names;
    const auto add = [&](const std::string &name) {
        if (!name.empty())
            names.insert(folded(base_name(replace_all(name, "\\", "/"))));
    };
    const auto text = parse_vmdk_descriptor(descriptor);
    if (!text)
        return names;
    add(text->parent_hint);
    for (const auto &extent : text->extents)
        add(extent.file);
    return names;
}

/// The member in the folder of @member with the folded @name of a VMDK.
const ArchiveMember *beside(const std::vector<ArchiveMember> &members, const ArchiveMember &member,
                            const std::string &name) {
    const auto folder = member.name.substr(0, member.name.rfind('/') + 1);
    const auto found = std::ranges::find_if(members, [&](const ArchiveMember &other) {
        const auto base = base_name(other.name);
        return other.name == folder + base && folded(base) == name && name.ends_with(".vmdk");
    });
    return found == members.end() ? nullptr : &*found;
}

} // namespace

bool is_vmdk_text(const ArchiveMember &member) { return member.text && lower(member.name).ends_with(".vmdk"); }

std::vector<const ArchiveMember *> vmdk_parts(const std::vector<ArchiveMember> &members, const ArchiveMember &member) {
    std::vector<const ArchiveMember *> found{&member};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const auto &name : is_vmdk_text(*found[i]) ? names_in(*found[i]->text) : std::set<std::string>{})
            if (const auto *part = beside(members, member, name); part && std::ranges::find(found, part) == found.end())
                found.push_back(part);
    found.erase(found.begin());
    return found;
}

} // namespace h2k
