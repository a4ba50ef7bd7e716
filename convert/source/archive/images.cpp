// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/magic.h"
#include "convert/format/name_kind.h"
#include "convert/source/archive/archive.h"
#include "convert/source/archive/vmdk_parts.h"
#include <algorithm>
#include <cstring>
#include <set>

namespace h2k {

namespace {

using Members = std::vector<const ArchiveMember *>;

Members matching(const ArchiveList &list, bool (*wanted)(const ArchiveMember &)) {
    Members found;
    for (const auto &member : list.members)
        if (!is_hidden(member.name) && wanted(member))
            found.push_back(&member);
    return found;
}

/// An archive of a cloud image may hold "initrd.img" too: where some members show that they are disks, those that show
/// that they are not are left out.
void leave_out_others(Members &images, const Archive &archive, CarryPlan &plan) {
    const auto is_image = [](const ArchiveMember *member) {
        return is_disk(member->head) || is_compressed(member->head);
    };
    const auto is_none = [&](const ArchiveMember *member) { return !member->head.empty() && !is_image(member); };
    if (std::ranges::none_of(images, is_image))
        return;
    for (const auto *member : images)
        if (is_none(member))
            plan.notices.warn("archive.not-a-disk",
                              sentence(_("“%s” in “%s” is not recognised as a disk image and is left out."),
                                       printable(member->name).c_str(), archive.name.c_str()));
    std::erase_if(images, is_none);
}

/// What a VMDK descriptor consists of is no disk of its own.
void leave_out_parts(Members &images, const Archive &archive) {
    VmdkParts unused{archive.list.members};
    std::set<const ArchiveMember *> parts;
    for (const auto *image : images)
        if (is_vmdk_text(*image) && !parts.contains(image))
            for (const auto *part : unused.take(*image))
                parts.insert(part);
    std::erase_if(images, [&](const ArchiveMember *image) { return parts.contains(image); });
}

Members choose(const Archive &archive, CarryPlan &plan) {
    auto images = matching(archive.list, [](const ArchiveMember &member) { return is_disk_name(member.name); });
    leave_out_parts(images, archive);
    leave_out_others(images, archive, plan);
    if (images.empty()) {
        images = matching(archive.list, [](const ArchiveMember &member) { return is_disk(member.head); });
        if (images.size() > 1)
            images.clear();
    }
    // "disk10" after "disk2".
    std::ranges::stable_sort(images, [](const ArchiveMember *a, const ArchiveMember *b) {
        return strverscmp(a->name.c_str(), b->name.c_str()) < 0;
    });
    return images;
}

/// A member that is stored as it is: read in place, unless it is compressed itself.
Result<DescribedDisk> disk_in_place(const Archive &archive, const ArchiveMember &member, const Fence &fence) {
    const auto part = H2K_TRY(archive.file.part(*member.offset, member.size, member.name));
    const auto base = base_name(member.name), inner = without_compression(base);
    if (inner == base)
        return describe_image(part, std::nullopt, fence);
    return DescribedDisk{
        .disk = packed_disk({.pieces = {{.path = part.path(), .window = part.window(), .held = part.held()}},
                             .members = {},
                             .name = inner,
                             .most = most_unpacked(member.size)}),
        .notices = {}};
}

} // namespace

Result<> add_archived_images(const Archive &archive, const Fence &fence, CarryPlan &plan) {
    const auto images = choose(archive, plan);
    VmdkParts parts{archive.list.members};
    for (const auto *member : images) {
        if (!member->offset || is_vmdk_text(*member)) {
            plan.source.disks.push_back(packed_disk(fetch_of(archive, *member, parts)));
            continue;
        }
        auto found = H2K_TRY(disk_in_place(archive, *member, fence));
        plan.source.disks.push_back(std::move(found.disk));
        plan.notices.add(found.notices);
    }
    if (!images.empty())
        plan.notices.put_first(archive.list.notices);
    return {};
}

} // namespace h2k
