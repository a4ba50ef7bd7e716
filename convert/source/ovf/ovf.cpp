// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/magic.h"
#include "convert/source/folder/members.h"
#include "convert/source/notices.h"
#include "convert/source/ovf/disks.h"
#include "convert/source/ovf/manifest/digests.h"
#include "convert/xml/xml_document.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// The files of a package in a folder.
class OvfMembers final : public FolderMembers {
  public:
    OvfMembers(const HostFile &descriptor, const Request &request)
        : FolderMembers(descriptor, Fence{folder_of(descriptor.path()), true, request.allowed_folders}),
          descriptor_(descriptor) {}
    [[nodiscard]] Result<HostFile> open(const std::string &name) const override {
        auto file = FolderMembers::open(name);
        const auto folder = folder_of(descriptor_.path());
        // oVirt has each image in a folder of its own, which a copy may leave out; the fence finds it there.
        if (!file && !real_path(folder + "/" + name) && !real_path(folder + "/" + base_name(name)))
            return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which does not exist."),
                        descriptor_.name().c_str(), printable(name).c_str());
        return file;
    }

  private:
    const HostFile &descriptor_;
};

constexpr std::array suffixes_of_ovf{std::string_view{".ovf"}};

class OvfKind final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        if (!place.file)
            return false;
        // A guest writes what it likes to the start of a raw disk.
        return lower(base_name(place.path)).ends_with(".ovf") ||
               (place.file->size() <= longest_xml && place.head.starts_with("<") && place.head.contains("Envelope") &&
                !is_partitioned(place.head));
    }
    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        // One byte more shows that a file is too long.
        const auto text = H2K_TRY(place.file->read_some(0, longest_xml + 1));
        return describe_ovf(base_name(place.path), text, OvfMembers{*place.file, request}, request);
    }
    [[nodiscard]] std::span<const std::string_view> suffixes() const override { return suffixes_of_ovf; }
    [[nodiscard]] bool is_description(std::string_view) const override { return true; }
    [[nodiscard]] Result<CarryPlan> describe_text(const std::string &name, std::string_view text,
                                                  const Members &members, const Request &request) const override {
        return describe_ovf(name, text, members, request);
    }
};

/// The document for the guest comes in the first drive that is empty, or in one of its own.
void add_environment(Machine &machine, const std::string &environment) {
    if (environment.empty())
        return;
    std::size_t drive = 0;
    while (std::ranges::find(machine.isos, drive, &IsoImage::drive) != machine.isos.end())
        ++drive;
    if (drive >= machine.cdroms.size())
        machine.cdroms.push_back(Bus::sata);
    const auto at = std::ranges::find_if(machine.isos, [&](const auto &iso) { return iso.drive > drive; });
    constexpr std::uint64_t of_an_iso = 512u << 10; // what surrounds the files
    machine.isos.insert(
        at,
        {.drive = drive, .name = "ovf-env.iso", .bytes = of_an_iso + environment.size(), .environment = environment});
}

} // namespace

Result<CarryPlan> describe_ovf(const std::string &ovf, std::string_view text, const Members &members,
                               const Request &request) {
    const auto name = printable(ovf);
    const auto envelope =
        H2K_TRY(parse_ovf(text, name, {.machine = request.machine, .configuration = request.deployment_option}));
    auto hardware = H2K_TRY(ovf_hardware(envelope, name));
    CarryPlan plan{.kind = "ovf", .source = std::move(hardware.machine), .digests = {}, .notices = hardware.notices};
    if (envelope.machines.size() > 1)
        plan.machines = envelope.machines;
    if (envelope.configurations.size() > 1)
        plan.configurations = envelope.configurations;
    std::vector<DescribedDrive> drives;
    for (const auto &drive : hardware.drives) {
        auto described = describe_drive(envelope, drive, members, name);
        if (!described)
            return with_lost_devices(std::move(described).error(), plan.source);
        drives.push_back(*std::move(described));
        const auto &found = drives.back().found;
        plan.source.disks.push_back(found.disk);
        plan.notices.add(found.notices);
    }
    H2K_CHECK(add_isos(plan, hardware.media,
                       [&](const NamedMedium &medium) { return describe_iso(envelope, medium.file, members, name); }));
    add_environment(plan.source, envelope.system.environment);
    if (std::ranges::all_of(plan.source.disks, &Disk::blank))
        return fail(H2K_ERROR_SOURCE, _("“%s” describes a machine without a disk."), name.c_str());
    H2K_CHECK(add_ovf_digests(plan, ovf, text, drives, members));
    return plan;
}

const PackageKind &ovf_kind() {
    static const OvfKind kind;
    return kind;
}

} // namespace h2k
