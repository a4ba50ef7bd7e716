// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/vmdk_parts.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/source/folder/similar.h"
#include "convert/source/image/vmdk/descriptor.h"
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

/// With its '/', empty at the top.
std::string folder_in_archive(const ArchiveMember &member) { return member.name.substr(0, member.name.rfind('/') + 1); }

} // namespace

bool is_vmdk_text(const ArchiveMember &member) { return member.text && lower(member.name).ends_with(".vmdk"); }

VmdkParts::VmdkParts(const std::vector<ArchiveMember> &members) {
    for (const auto &member : members)
        if (const auto name = folded(base_name(member.name)); name.ends_with(".vmdk"))
            unused_.try_emplace(folder_in_archive(member) + name, &member);
}

std::vector<const ArchiveMember *> VmdkParts::take(const ArchiveMember &member) {
    const auto folder = folder_in_archive(member);
    std::vector<const ArchiveMember *> found{&member};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const auto &name : is_vmdk_text(*found[i]) ? names_in(*found[i]->text) : std::set<std::string>{}) {
            const auto part = unused_.find(folder + name);
            if (part == unused_.end() || part->second == &member)
                continue;
            found.push_back(part->second);
            unused_.erase(part);
        }
    found.erase(found.begin());
    return found;
}

} // namespace h2k
