// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/archive/archive.h"

namespace h2k {

Result<std::optional<CarryPlan>> describe_ova(const Archive &archive, const Request &request) {
    const ArchiveMember *descriptor = nullptr;
    for (const auto &member : archive.list.members) {
        if (!member.text || !lower(member.name).ends_with(".ovf"))
            continue;
        if (descriptor)
            return fail(H2K_ERROR_SOURCE,
                        _("“%s” holds several machines: “%s” and “%s” describe one each; unpack it and name one."),
                        archive.name.c_str(), printable(descriptor->name).c_str(), printable(member.name).c_str());
        descriptor = &member;
    }
    if (!descriptor)
        return std::nullopt;
    const Fence fence{folder_of(archive.file.path()), false, request.allowed_folders};
    const ArchiveMembers members{archive, descriptor->name, fence};
    auto plan = H2K_TRY(describe_ovf(base_name(descriptor->name), *descriptor->text, members, request));
    plan.kind = "ova";
    plan.notices.put_first(archive.list.notices);
    return plan;
}

} // namespace h2k
