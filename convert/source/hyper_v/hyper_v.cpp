// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/folder/names.h"
#include "convert/source/hyper_v/folder.h"
#include "convert/source/hyper_v/settings.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/package_kind.h"
#include "convert/xml/xml_document.h"
#include <array>
#include <functional>

namespace h2k {

namespace {

Result<Disk> open_disk(const HostFile &settings, const HyperVDisk &wanted, const HyperVFolder &folder,
                       const Request &request, Notices &notices) {
    const Fence fence{folder.root, true, request.allowed_folders};
    const auto place = H2K_TRY(find_hyper_v_file(settings, wanted.path, folder, request));
    const auto image = H2K_TRY(fence.open(settings, place));
    auto found = H2K_TRY(describe_hyper_v_disk(image, fence));
    found.disk.bus = wanted.bus;
    notices.add(found.notices);
    return std::move(found.disk);
}

using OpenDisk = std::function<Result<Disk>(const HyperVDisk &, Notices &)>;

/// @name: of the settings, printable.  @place: what the machine is named after where it has no name.
Result<CarryPlan> describe_settings(std::string_view text, const std::string &name, const std::string &place,
                                    const OpenDisk &open, const FindIso &find) {
    auto settings = H2K_TRY(parse_hyper_v(text, name));
    CarryPlan plan{
        .kind = "hyper-v", .source = std::move(settings.machine), .digests = {}, .notices = settings.notices};
    auto &machine = plan.source;
    machine.name = machine_name(machine.name.empty() ? place : replace_all(machine.name, "/", "-"));
    for (const auto &disk : settings.disks) {
        auto opened = open(disk, plan.notices);
        if (!opened)
            return with_lost_devices(std::move(opened).error(), machine);
        machine.disks.push_back(*std::move(opened));
    }
    H2K_CHECK(add_isos(plan, settings.media, find));
    return plan;
}

Result<CarryPlan> describe_xml(const HostFile &file, const HyperVFolder &folder, const Request &request) {
    const auto text = H2K_TRY(file.read_some(0, longest_xml + 1));
    const Fence fence{folder.root, true, request.allowed_folders};
    return describe_settings(
        text, file.name(), folder.root,
        [&](const HyperVDisk &disk, Notices &notices) { return open_disk(file, disk, folder, request, notices); },
        [&](const NamedMedium &medium) -> Result<IsoImage> {
            const auto place = H2K_TRY(find_hyper_v_file(file, medium.file, folder, request));
            return iso_in(H2K_TRY(fence.open(file, place)));
        });
}

/// In an archive.
Result<Disk> member_disk(const HyperVDisk &wanted, const Members &members, Notices &notices) {
    if (auto packed = members.packed(wanted.path)) {
        auto disk = packed_disk(*std::move(packed));
        disk.bus = wanted.bus;
        return disk;
    }
    const auto image = H2K_TRY(members.open(wanted.path));
    auto found = H2K_TRY(describe_hyper_v_disk(image, members.fence()));
    found.disk.bus = wanted.bus;
    notices.add(found.notices);
    return std::move(found.disk);
}

constexpr std::array suffixes_of_xml{std::string_view{".xml"}};

/// Settings in the binary format of Windows Server 2016 and later: the disks are all that is known.
Result<CarryPlan> describe_disks(const HostFile &settings, const HyperVFolder &folder, const Request &request) {
    CarryPlan plan{.kind = "hyper-v", .source = {}, .digests = {}, .notices = {}};
    plan.source.name = machine_name(folder.root);
    plan.notices.warn(
        "hyper-v.settings-not-read",
        sentence(_("“%s” is in a format of Hyper-V that is not supported: the machine's processors, memory, firmware "
                   "and network cards are unknown, and its disks are used in the order of their names."),
                 settings.name().c_str()));
    H2K_CHECK(add_hyper_v_disks(plan, settings, folder, request));
    return plan;
}

/// They may be a link, but not to a file outside of the folder.
Result<HostFile> open_settings(const std::string &path, const Fence &fence, Allowance *allowance) {
    auto file = H2K_TRY(HostFile::open(path, allowance));
    if (fence.holds(file.path()))
        return file;
    return fail(H2K_ERROR_SOURCE, _("“%s” is a link to a file outside the exported folder."),
                printable(base_name(path)).c_str());
}

std::unexpected<Error> several(const HyperVFolder &folder) {
    std::vector<std::string> names;
    for (const auto &name : folder.settings)
        names.push_back("“" + printable(name) + "”");
    return fail(H2K_ERROR_SOURCE, _("“%s” holds the settings of several machines: %s; name the file of one."),
                printable(base_name(folder.root)).c_str(), join(names, ", ").c_str());
}

class HyperVKind final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        if (place.file)
            return lower(place.file->name()).ends_with(".vmcx") || is_hyper_v(place.head);
        return !hyper_v_folder(place.path, place.allowance).settings.empty();
    }

    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        const auto folder = hyper_v_folder(place.file ? folder_of(place.file->path()) : place.path, place.allowance);
        if (place.file && is_hyper_v(place.head))
            return describe_xml(*place.file, folder, request);
        // Which disk belongs to which machine is known to their settings alone.
        if (folder.settings.size() > 1)
            return several(folder);
        if (place.file)
            return describe_disks(*place.file, folder, request);
        const auto &name = folder.settings.front();
        const Fence fence{folder.root, true, request.allowed_folders};
        const auto file = H2K_TRY(open_settings(folder.machines + "/" + name, fence, place.allowance));
        return lower(name).ends_with(".vmcx") ? describe_disks(file, folder, request)
                                              : describe_xml(file, folder, request);
    }

    [[nodiscard]] std::span<const std::string_view> suffixes() const override { return suffixes_of_xml; }
    [[nodiscard]] bool is_description(std::string_view text) const override { return is_hyper_v(text); }
    [[nodiscard]] Result<CarryPlan> describe_text(const std::string &name, std::string_view text,
                                                  const Members &members, const Request &) const override {
        return describe_settings(
            text, printable(name), name.substr(0, name.rfind('.')),
            [&](const HyperVDisk &disk, Notices &notices) { return member_disk(disk, members, notices); },
            [&](const NamedMedium &medium) { return iso_among(members, medium); });
    }
};

} // namespace

const PackageKind &hyper_v_kind() {
    static const HyperVKind kind;
    return kind;
}

} // namespace h2k
