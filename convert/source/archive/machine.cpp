// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/archive/archive.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// A member that describes a machine.
struct Description {
    const ArchiveMember *member;
    const PackageKind *kind;
};

std::vector<Description> descriptions_in(const Archive &archive) {
    std::vector<Description> found;
    for (const auto &member : archive.list.members)
        if (const auto *kind = member.text ? description_kind(member.name, *member.text) : nullptr)
            found.push_back({&member, kind});
    return found;
}

/// The one that counts: an OVF descriptor, which is made to be passed on, or else the only one.
Result<std::optional<Description>> choose(const Archive &archive) {
    auto found = descriptions_in(archive);
    if (std::ranges::find(found, &ovf_kind(), &Description::kind) != found.end())
        std::erase_if(found, [](const Description &one) { return one.kind != &ovf_kind(); });
    if (found.empty())
        return std::nullopt;
    if (found.size() > 1)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” holds several machines: “%s” and “%s” describe one each; unpack it and name one."),
                    archive.name.c_str(), printable(found[0].member->name).c_str(),
                    printable(found[1].member->name).c_str());
    return found.front();
}

/// Has the member the name of what describes a machine, whether it is read or not?
bool has_name_of_description(const ArchiveMember &member) {
    // Settings of Hyper-V, VirtualBox and Parallels, which need not be read.
    constexpr std::array<std::string_view, 6> suffixes{".ovf", ".vmx", ".vmtx", ".vmcx", ".vbox", ".pvs"};
    const auto small = lower(member.name);
    return std::ranges::any_of(suffixes, [&](std::string_view suffix) { return small.ends_with(suffix); }) ||
           (member.text && description_kind(member.name, *member.text));
}

} // namespace

void warn_of_unused_descriptions(const Archive &archive, const ArchiveMember *used, Notices &notices) {
    for (const auto &member : archive.list.members)
        if (&member != used && !is_hidden(member.name) && has_name_of_description(member))
            notices.warn("archive.description-not-used",
                         sentence(_("“%s” in “%s” describes a machine, but is not used."),
                                  printable(member.name).c_str(), archive.name.c_str()));
}

Result<std::optional<CarryPlan>> describe_machine(const Archive &archive, const Request &request) {
    const auto chosen = H2K_TRY(choose(archive));
    if (!chosen)
        return std::nullopt;
    const auto &[member, kind] = *chosen;
    const Fence fence{folder_of(archive.file.path()), false, request.allowed_folders};
    const ArchiveMembers members{archive, member->name, fence};
    auto plan = H2K_TRY(kind->describe_text(base_name(member->name), *member->text, members, request));
    if (plan.kind == "ovf")
        plan.kind = "ova";
    plan.notices.put_first(archive.list.notices);
    warn_of_unused_descriptions(archive, member, plan.notices);
    return plan;
}

} // namespace h2k
