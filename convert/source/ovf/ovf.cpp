// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/magic.h"
#include "convert/source/folder/names.h"
#include "convert/source/ovf/digests.h"
#include "convert/source/ovf/disks.h"
#include "convert/xml/xml_document.h"

namespace h2k {

namespace {

/// The files of a package that lies in a folder.
class FolderMembers final : public Members {
  public:
    FolderMembers(const HostFile &descriptor, const Request &request)
        : descriptor_(descriptor), fence_(folder_of(descriptor.path()), true, request.allowed_folders),
          names_(folder_names(folder_of(descriptor.path()))) {}
    [[nodiscard]] Result<HostFile> open(const std::string &name) const override {
        const auto folder = folder_of(descriptor_.path());
        // oVirt has each image in a folder of its own, which a copy may leave out; the fence finds it there.
        if (!real_path(folder + "/" + name) && !real_path(folder + "/" + base_name(name)))
            return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which does not exist."),
                        descriptor_.name().c_str(), printable(name).c_str());
        return fence_.open(descriptor_, name);
    }
    [[nodiscard]] std::optional<Fetch> packed(const std::string &) const override { return std::nullopt; }
    [[nodiscard]] const std::vector<std::string> &names() const override { return names_; }
    [[nodiscard]] const Fence &fence() const override { return fence_; }

  private:
    const HostFile &descriptor_;
    Fence fence_;
    std::vector<std::string> names_;
};

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
        return describe_ovf(base_name(place.path), text, FolderMembers{*place.file, request}, request);
    }
};

} // namespace

Result<CarryPlan> describe_ovf(const std::string &ovf, std::string_view text, const Members &members, const Request &) {
    const auto name = printable(ovf);
    const auto envelope = H2K_TRY(parse_ovf(text, name));
    auto hardware = H2K_TRY(ovf_hardware(envelope, name));
    CarryPlan plan{.kind = "ovf", .source = std::move(hardware.machine), .digests = {}, .notices = hardware.notices};
    std::vector<DescribedDrive> drives;
    for (const auto &drive : hardware.drives) {
        drives.push_back(H2K_TRY(describe_drive(envelope, drive, members, name)));
        const auto &found = drives.back().found;
        plan.source.disks.push_back(found.disk);
        plan.notices.add(found.notices);
    }
    if (plan.source.disks.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” describes a machine without a disk."), name.c_str());
    H2K_CHECK(add_ovf_digests(plan, ovf, text, drives, members));
    return plan;
}

const PackageKind &ovf_kind() {
    static const OvfKind kind;
    return kind;
}

} // namespace h2k
