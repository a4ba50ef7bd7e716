// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/folder/members.h"
#include "convert/source/libvirt/xml.h"
#include "convert/source/notices.h"
#include "convert/xml/xml_document.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Removes from @head all up to and including @end; false where @end is missing.
bool skip(std::string_view &head, std::string_view end) {
    const auto at = head.find(end);
    head.remove_prefix(at == std::string_view::npos ? head.size() : at + end.size());
    return at != std::string_view::npos;
}

/// Is the first element of the document that starts with @head a domain?  A document type says it as well, so that a
/// domain with one is refused as such.
bool is_domain(std::string_view head) {
    if (head.starts_with("\xef\xbb\xbf"))
        head.remove_prefix(3);
    for (;;) {
        head = head.substr(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
        if (!head.starts_with("<?") && !head.starts_with("<!--"))
            break;
        if (!skip(head, head[1] == '?' ? "?>" : "-->"))
            return false;
    }
    for (const std::string_view start : {"<domain", "<!DOCTYPE domain"})
        if (head.starts_with(start))
            return head.size() > start.size() && std::string_view{" \t\r\n>/["}.contains(head[start.size()]);
    return false;
}

/// libvirt takes a disk whose format is not stated for a raw one.
DiskFormat format_of(const DomainDisk &disk) { return disk.format.value_or(DiskFormat::raw); }

void take_facts(Disk &into, const DomainDisk &disk) {
    into.bus = disk.bus;
    into.boot_order = disk.boot_order;
    into.serial = disk.serial;
    into.wwn = disk.wwn;
    into.sector_bytes = disk.sector_bytes;
}

Result<DescribedDisk> describe_disk(const DomainDisk &disk, const Members &members, const std::string &xml) {
    if (!disk.volume.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("The disk “%s” of “%s” is the volume “%s” of the storage pool “%s”, which only its libvirt can "
                      "locate; give the domain and the URI of that libvirt instead, or change the disk to use a file."),
                    disk.target.c_str(), xml.c_str(), printable(disk.volume).c_str(), printable(disk.pool).c_str());
    if (auto packed = members.packed(disk.file)) {
        packed->format = format_of(disk);
        DescribedDisk found{.disk = packed_disk(*std::move(packed)), .notices = {}};
        take_facts(found.disk, disk);
        return found;
    }
    return describe_domain_disk(disk, H2K_TRY(members.open(disk.file)), xml, members.fence());
}

constexpr std::array suffixes_of_xml{std::string_view{".xml"}};

class DomainFile final : public PackageKind {
  public:
    bool recognises(const Place &place) const override { return place.file && is_domain(place.head); }

    Result<CarryPlan> describe(const Place &place, const Request &request) const override {
        const auto &xml = *place.file;
        const auto text = H2K_TRY(xml.read_some(0, longest_xml + 1));
        // The XML is not trusted, so it must not refer to what lies below its folder.
        const Fence fence{folder_of(xml.path()), false, request.allowed_folders};
        return describe_text(base_name(place.path), text, FolderMembers{xml, fence}, request);
    }

    std::span<const std::string_view> suffixes() const override { return suffixes_of_xml; }
    bool is_description(std::string_view text) const override { return is_domain(text); }
    Result<CarryPlan> describe_text(const std::string &name, std::string_view text, const Members &members,
                                    const Request &) const override {
        const auto shown = printable(name);
        auto found = H2K_TRY(parse_domain_xml(text, shown));
        CarryPlan plan{
            .kind = "domain", .source = std::move(found.machine), .digests = {}, .notices = std::move(found.notices)};
        for (const auto &disk : found.disks) {
            auto one = describe_disk(disk, members, shown);
            if (!one)
                return with_lost_devices(std::move(one).error(), plan.source);
            plan.source.disks.push_back(std::move(one->disk));
            plan.notices.add(one->notices);
        }
        H2K_CHECK(add_isos(plan, found.media, [&](const NamedMedium &medium) -> Result<IsoImage> {
            if (!medium.pool.empty())
                return fail(H2K_ERROR_SOURCE,
                            _("“%s” is a volume of the storage pool “%s”, which only its libvirt can locate."),
                            printable(medium.file).c_str(), printable(medium.pool).c_str());
            return iso_among(members, medium);
        }));
        return plan;
    }
};

} // namespace

Result<DescribedDisk> describe_domain_disk(const DomainDisk &disk, const HostFile &file, const std::string &name,
                                           const Fence &fence) {
    const auto format = format_of(disk);
    if (format != DiskFormat::raw && !H2K_TRY(has_header_of(file, format)))
        return fail(H2K_ERROR_SOURCE, _("“%s” is not the %s image that “%s” says it is."), file.name().c_str(),
                    name_of(format), name.c_str());
    auto found = H2K_TRY(describe_image(file, format, fence));
    take_facts(found.disk, disk);
    return found;
}

const PackageKind &domain_kind() {
    static const DomainFile kind;
    return kind;
}

} // namespace h2k
