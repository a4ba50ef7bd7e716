// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/members.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/archive/member_name.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/name_kind.h"
#include "convert/format/plain_name.h"
#include "convert/source/archive/vmdk_parts.h"
#include "convert/source/folder/similar.h"
#include <algorithm>

namespace h2k {

Result<HostFile> reopen(const HostFile &file) {
    return file.window() ? file.part(0, file.size(), file.name())
                         : HostFile::of(file.held(), file.path(), file.allowance());
}

Fetch fetch_of(const Archive &archive, const ArchiveMember &member, VmdkParts &parts) {
    Fetch fetch{.pieces = {{.path = archive.file.path(), .window = archive.file.window(), .held = archive.file.held()}},
                .members = archive.within,
                .name = base_name(member.name)};
    fetch.members.push_back(member.name);
    fetch.most = member.size;
    if (const auto inner = without_compression(fetch.name); inner != fetch.name) {
        fetch.name = inner;
        fetch.most = most_unpacked(member.size);
    }
    for (const auto *part : is_vmdk_text(member) ? parts.take(member) : std::vector<const ArchiveMember *>{}) {
        auto members = archive.within;
        members.push_back(part->name);
        fetch.parts.push_back({.name = base_name(part->name), .members = std::move(members), .most = part->size});
    }
    return fetch;
}

Fetch fetch_of(const Archive &archive, const ArchiveMember &member) {
    const std::vector<ArchiveMember> none;
    VmdkParts parts{is_vmdk_text(member) ? archive.list.members : none};
    return fetch_of(archive, member, parts);
}

ArchiveMembers::ArchiveMembers(const Archive &archive, const std::string &descriptor, const Fence &fence)
    : archive_(archive), folder_(descriptor.substr(0, descriptor.rfind('/') + 1)), fence_(fence) {
    for (const auto &member : archive_.list.members)
        if (member.name.starts_with(folder_))
            names_.push_back(member.name.substr(folder_.size()));
    for (const auto &member : archive_.list.members) {
        if (is_hidden(member.name))
            continue;
        if (const auto [at, added] = by_last_part_.try_emplace(folded(base_name(member.name)), &member); !added)
            at->second = nullptr;
    }
}

Result<std::string> ArchiveMembers::full_name(const std::string &name) const {
    return member_name(name.starts_with('/') ? name : folder_ + name, archive_.name);
}

const ArchiveMember *ArchiveMembers::find(const std::string &full) const {
    const auto found = std::ranges::find(archive_.list.members, full, &ArchiveMember::name);
    return found == archive_.list.members.end() ? nullptr : &*found;
}

/// The member that the description calls @name: a path of the host that it was on, seen from its folder; or else by the
/// last part of it, there or, for a path of which one such member is left alone, anywhere.
const ArchiveMember *ArchiveMembers::named(const std::string &name) const {
    const auto slashes = replace_all(name, "\\", "/");
    const auto last = base_name(slashes);
    for (const auto &one : {name, slashes, last})
        if (const auto full = full_name(one); full && find(*full))
            return find(*full);
    for (const auto &one : {slashes, last})
        if (const auto found = similar(one))
            return find(folder_ + *found);
    const auto anywhere = last == slashes ? by_last_part_.end() : by_last_part_.find(folded(last));
    return anywhere == by_last_part_.end() ? nullptr : anywhere->second;
}

Result<HostFile> ArchiveMembers::open(const std::string &name) const {
    const auto shown = printable(name);
    H2K_CHECK(require_plain_name(archive_.name, name));
    const auto *member = named(name);
    if (!member)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds no file “%s”."), archive_.name.c_str(), shown.c_str());
    if (member->offset)
        return archive_.file.part(*member->offset, member->size, member->name);
    if (member->text)
        return archive_.file.unpacked(*member->text, member->name);
    return fail(H2K_ERROR_SOURCE, _("“%s” is packed in “%s” and cannot be read without unpacking it."), shown.c_str(),
                archive_.name.c_str());
}

std::optional<Fetch> ArchiveMembers::packed(const std::string &name) const {
    // It may come after what was read; unpacking will show.
    if (const auto full = full_name(name); full && !find(*full) && !archive_.list.whole)
        return fetch_of(archive_, {.name = *full, .size = largest_member, .offset = {}, .head = {}, .text = {}});
    const auto *member = named(name);
    // What consists of several members is unpacked in any case, so that QEMU finds them.
    if (!member || (member->offset && !is_vmdk_text(*member)))
        return std::nullopt;
    return fetch_of(archive_, *member);
}

} // namespace h2k
