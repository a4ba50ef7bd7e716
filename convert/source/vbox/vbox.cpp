// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/folder/members.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/package_kind.h"
#include "convert/source/vbox/settings.h"
#include <array>

namespace h2k {

namespace {

constexpr std::array<std::string_view, 1> suffixes_of_vbox{".vbox"};

Result<DescribedDisk> describe_image_of(const VboxDisk &wanted, const Members &members) {
    if (auto packed = members.packed(wanted.location))
        return DescribedDisk{.disk = packed_disk(*std::move(packed)), .notices = {}};
    const auto image = H2K_TRY(members.open(wanted.location));
    // The list of media says that it is a snapshot, and the name that it is no raw disk, whose start its guest writes.
    const auto *promised = format_by_suffix(image.name());
    if (wanted.chain.size() > 1 && promised && promised->format == DiskFormat::vdi &&
        H2K_TRY(has_header_of(image, DiskFormat::vdi)))
        return describe_registered(image, wanted.chain, [&](const std::string &name) { return members.open(name); });
    return describe_image(image, std::nullopt, members.fence());
}

Result<DescribedDisk> describe_disk(const VboxDisk &wanted, const Members &members) {
    auto found = H2K_TRY(describe_image_of(wanted, members));
    found.disk.bus = wanted.bus;
    return found;
}

class VboxKind final : public PackageKind {
  public:
    [[nodiscard]] bool recognises(const Place &place) const override {
        return place.file && (lower(base_name(place.path)).ends_with(".vbox") ||
                              (place.file->size() <= longest_xml && is_vbox(place.head)));
    }

    [[nodiscard]] Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        const auto &file = *place.file;
        // One byte more shows that a file is too long.
        const auto text = H2K_TRY(file.read_some(0, longest_xml + 1));
        return describe_text(base_name(place.path), text,
                             FolderMembers{file, Fence{folder_of(file.path()), true, request.allowed_folders}},
                             request);
    }

    [[nodiscard]] std::span<const std::string_view> suffixes() const override { return suffixes_of_vbox; }
    [[nodiscard]] bool is_description(std::string_view text) const override { return is_vbox(text); }
    [[nodiscard]] Result<CarryPlan> describe_text(const std::string &name, std::string_view text,
                                                  const Members &members, const Request &) const override {
        auto settings = H2K_TRY(parse_vbox(text, printable(name)));
        CarryPlan plan{
            .kind = "vbox", .source = std::move(settings.machine), .digests = {}, .notices = settings.notices};
        auto &machine = plan.source;
        machine.name =
            machine_name(machine.name.empty() ? name.substr(0, name.rfind('.')) : replace_all(machine.name, "/", "-"));
        for (const auto &disk : settings.disks) {
            auto found = describe_disk(disk, members);
            if (!found)
                return with_lost_devices(std::move(found).error(), machine);
            machine.disks.push_back(std::move(found->disk));
            plan.notices.add(found->notices);
        }
        H2K_CHECK(
            add_isos(plan, settings.media, [&](const NamedMedium &medium) { return iso_among(members, medium); }));
        return plan;
    }
};

} // namespace

const PackageKind &vbox_kind() {
    static const VboxKind kind;
    return kind;
}

} // namespace h2k
