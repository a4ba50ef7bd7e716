// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/folder/names.h"
#include "convert/source/machine_name.h"
#include "convert/source/package_kind.h"
#include "convert/source/vmx/hardware.h"

namespace h2k {

namespace {

bool has_vmx_name(const std::string &path) {
    const auto name = lower(base_name(path));
    return name.ends_with(".vmx") || name.ends_with(".vmtx"); // the latter is a template's
}

/// A slash in a display name is no folder.
std::string name_for(const std::string &display, const std::string &path) {
    const auto base = base_name(path);
    return machine_name(display.empty() ? base.substr(0, base.rfind('.')) : replace_all(display, "/", "-"));
}

/// Warns where files beside the settings show that the machine is not shut down.
void warn_of_state(const HostFile &file, const VmxSettings &settings, Notices &notices) {
    const auto names = folder_names(folder_of(file.path()));
    for (const auto &name : names)
        if (lower(name).ends_with(".lck")) {
            notices.warn("vmx.lock-file",
                         sentence(_("“%s” is beside “%s”: VMware may still be running the machine, and its last "
                                    "writes may be missing."),
                                  printable(name).c_str(), file.name().c_str()));
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

Result<Disk> open_disk(const HostFile &file, const VmxDisk &wanted, const Fence &fence, Notices &notices) {
    const auto image = H2K_TRY(fence.open(file, wanted.file));
    auto found = H2K_TRY(describe_image(image, std::nullopt, fence));
    if (found.disk.top.format != DiskFormat::vmdk)
        return fail(H2K_ERROR_SOURCE, _("“%s” names “%s” as its disk %s, which is not a VMDK image."),
                    file.name().c_str(), image.name().c_str(), wanted.slot.c_str());
    found.disk.bus = wanted.bus;
    notices.add(found.notices);
    return std::move(found.disk);
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
        const auto settings = H2K_TRY(parse_vmx(text, file.name()));
        auto hardware = H2K_TRY(vmx_hardware(settings, file.name()));
        CarryPlan plan{
            .kind = "vmx", .source = std::move(hardware.machine), .digests = {}, .notices = hardware.notices};
        plan.source.name = name_for(plan.source.name, place.path);
        warn_of_state(file, settings, plan.notices);
        const Fence fence{folder_of(file.path()), true, request.allowed_folders};
        for (const auto &disk : hardware.disks)
            plan.source.disks.push_back(H2K_TRY(open_disk(file, disk, fence, plan.notices)));
        return plan;
    }
};

} // namespace

const PackageKind &vmx_kind() {
    static const VmxKind kind;
    return kind;
}

} // namespace h2k
