// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/folder/members.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/package_kind.h"
#include "convert/source/vmx/hardware.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::array suffixes_of_vmx{std::string_view{".vmx"}, std::string_view{".vmtx"}}; // the latter is a template's

bool has_vmx_name(const std::string &path) {
    const auto name = lower(base_name(path));
    return std::ranges::any_of(suffixes_of_vmx, [&](std::string_view suffix) { return name.ends_with(suffix); });
}

/// A slash in a display name is no folder.
std::string name_for(const std::string &display, const std::string &base) {
    return machine_name(display.empty() ? base.substr(0, base.rfind('.')) : replace_all(display, "/", "-"));
}

/// Warns where files beside the settings show that the machine is not shut down.
void warn_of_state(const std::string &shown, const VmxSettings &settings, const std::vector<std::string> &names,
                   Notices &notices) {
    for (const auto &name : names)
        if (lower(name).ends_with(".lck")) {
            notices.warn("vmx.lock-file",
                         sentence(_("“%s” is beside “%s”: VMware may still be running the machine, and its last "
                                    "writes may be missing."),
                                  printable(name).c_str(), shown.c_str()));
            break;
        }
    if (!settings["checkpoint.vmstate"].empty())
        return; // already reported
    for (const auto &name : names)
        if (lower(name).ends_with(".vmss")) {
            notices.warn("source.suspended",
                         sentence(_("“%s” holds the memory of a suspended machine, which is not carried over."),
                                  printable(name).c_str()));
            break;
        }
}

Result<DescribedDisk> describe_disk(const VmxDisk &wanted, const Members &members, const std::string &name) {
    if (auto packed = members.packed(wanted.file))
        return DescribedDisk{.disk = packed_disk(*std::move(packed)), .notices = {}};
    const auto image = H2K_TRY(members.open(wanted.file));
    auto found = H2K_TRY(describe_image(image, std::nullopt, members.fence()));
    if (found.disk.top.format != DiskFormat::vmdk)
        return fail(H2K_ERROR_SOURCE, _("“%s” names “%s” as its disk %s, which is not a VMDK image."), name.c_str(),
                    image.name().c_str(), wanted.slot.c_str());
    return found;
}

class VmxKind final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        // A guest writes what it likes to the start of a raw disk, but no disk of a guest is as small as that.
        return place.file && (has_vmx_name(place.path) || (place.file->size() <= longest_vmx && is_vmx(place.head)));
    }

    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        const auto &file = *place.file;
        // One byte more shows that a file is too long.
        const auto text = H2K_TRY(file.read_some(0, longest_vmx + 1));
        return describe_text(base_name(place.path), text,
                             FolderMembers{file, Fence{folder_of(file.path()), true, request.allowed_folders}},
                             request);
    }

    [[nodiscard]] std::span<const std::string_view> suffixes() const override { return suffixes_of_vmx; }
    [[nodiscard]] bool is_description(std::string_view) const override { return true; }
    [[nodiscard]] Result<CarryPlan> describe_text(const std::string &name, std::string_view text,
                                                  const Members &members, const Request &) const override {
        const auto shown = printable(name);
        const auto settings = H2K_TRY(parse_vmx(text, shown));
        auto hardware = H2K_TRY(vmx_hardware(settings, shown));
        CarryPlan plan{
            .kind = "vmx", .source = std::move(hardware.machine), .digests = {}, .notices = hardware.notices};
        plan.source.name = name_for(plan.source.name, name);
        warn_of_state(shown, settings, members.names(), plan.notices);
        for (const auto &disk : hardware.disks) {
            auto found = describe_disk(disk, members, shown);
            if (!found)
                return with_lost_devices(std::move(found).error(), plan.source);
            found->disk.bus = disk.bus;
            plan.source.disks.push_back(std::move(found->disk));
            plan.notices.add(found->notices);
        }
        H2K_CHECK(
            add_isos(plan, hardware.media, [&](const NamedMedium &medium) { return iso_among(members, medium); }));
        return plan;
    }
};

} // namespace

const PackageKind &vmx_kind() {
    static const VmxKind kind;
    return kind;
}

} // namespace h2k
