// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/archive/archive.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/archive/reader.h"
#include "convert/format/file_bytes.h"
#include "convert/format/magic.h"
#include "convert/format/name_kind.h"
#include "convert/source/foreign_machine.h"
#include <algorithm>

namespace h2k {

namespace {

/// The first bytes of what a compressed file holds.
Result<std::string> unpacked_head(const HostFile &file) {
    constexpr std::size_t wanted = 8u << 10;
    auto bytes = H2K_TRY(FileBytes::of(file, wanted));
    auto reader = H2K_TRY(ArchiveReader::open(bytes, file.name(), ArchiveReader::Kind::stream, file.allowance()));
    std::string head;
    if (!H2K_TRY(reader.next()))
        return head;
    while (head.size() < wanted)
        if (const auto block = H2K_TRY(reader.read()))
            head += block->bytes.substr(0, wanted - head.size());
        else
            break;
    return head;
}

/// Is the compressed file one image and not an archive?  Its name decides where it says something: a guest writes what
/// it likes to the start of its disk, also the header of an archive.
bool holds_one_image(const HostFile &file) {
    const auto name = base_name(file.path());
    if (is_archive_name(name) || is_disk_name(name))
        return !is_archive_name(name);
    const auto head = unpacked_head(file);
    return !head || is_partitioned(*head) || !is_tar(*head, false); // errors are reported when it is read
}

class CompressedImage final : public PackageKind {
  public:
    bool recognises(const Place &place) const override {
        return place.file && is_compressed(place.head) && holds_one_image(*place.file);
    }
    Result<CarryPlan> describe(const Place &place, const Request &) const override {
        const auto head = H2K_TRY(unpacked_head(*place.file));
        if (head.empty())
            return fail(H2K_ERROR_SOURCE, _("“%s” is empty."), place.file->name().c_str());
        Disk disk;
        disk.files.push_back(place.path);
        disk.fetch = Fetch{.pieces = {{.path = place.path, .window = {}, .held = place.file->held()}},
                           .members = {},
                           .name = without_compression(base_name(place.path)),
                           .most = most_unpacked(place.file->size())};
        CarryPlan plan;
        plan.kind = "archive";
        plan.source.disks.push_back(std::move(disk));
        return plan;
    }
};

/// A guest can write the header of an archive to the start of its own disk; that must not decide what the host takes
/// the disk for.
Result<> require_no_disk(const Place &place) {
    const auto name = base_name(place.path);
    if (is_archive_name(name) || without_compression(name) != name)
        return {};
    if (is_partitioned(place.head) || is_disk_name(name))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” starts like an archive, but its name or content says that it is a disk; specify the format "
                      "of the disk with --input-format, or give the file the name of an archive."),
                    place.file->name().c_str());
    return {};
}

std::vector<std::string> inner_archives(const ArchiveList &list) {
    std::vector<std::string> names;
    for (const auto &member : list.members)
        if (!is_hidden(member.name) && is_archive_name(member.name))
            names.push_back(member.name);
    return names;
}

/// The archives in @outer: a plain part of it, or a member that is packed.
Result<std::vector<Archive>> open_inner(const Archive &outer, const std::vector<std::string> &names) {
    std::vector<Archive> inner;
    std::vector<std::string> packed;
    for (const auto &member : outer.list.members) {
        if (std::ranges::find(names, member.name) == names.end())
            continue;
        if (!member.offset) {
            packed.push_back(member.name);
            continue;
        }
        auto part = H2K_TRY(outer.file.part(*member.offset, member.size, member.name));
        auto list = H2K_TRY(list_archive(part));
        inner.push_back({.file = std::move(part),
                         .within = {},
                         .name = printable(base_name(member.name)),
                         .list = std::move(list)});
    }
    if (packed.empty())
        return inner;
    for (auto &[name, list] : H2K_TRY(list_inner_archives(outer.file, packed)))
        inner.push_back({.file = H2K_TRY(reopen(outer.file)),
                         .within = {name},
                         .name = printable(base_name(name)),
                         .list = std::move(list)});
    return inner;
}

/// The machine of the archives in @outer, of which one may be an OVA, or all hold disks.
Result<CarryPlan> describe_inner(const Archive &outer, const Fence &fence, const Request &request) {
    CarryPlan plan;
    const auto inner = H2K_TRY(open_inner(outer, inner_archives(outer.list)));
    for (const auto &archive : inner) {
        if (auto machine = H2K_TRY(describe_machine(archive, request))) {
            if (inner.size() > 1)
                return fail(H2K_ERROR_SOURCE,
                            _("“%s” holds %zu archives, of which “%s” describes a machine; unpack it and name one."),
                            outer.name.c_str(), inner.size(), archive.name.c_str());
            return *std::move(machine);
        }
        const auto before = plan.source.disks.size();
        H2K_CHECK(add_archived_images(archive, fence, plan));
        if (const auto deeper = inner_archives(archive.list); before == plan.source.disks.size() && !deeper.empty())
            return fail(H2K_ERROR_SOURCE, _("“%s” in “%s” holds another archive, “%s”; unpack it first."),
                        archive.name.c_str(), outer.name.c_str(), printable(deeper.front()).c_str());
    }
    return plan;
}

class ArchiveKind final : public PackageKind {
  public:
    bool recognises(const Place &place) const override {
        return place.file && (is_compressed(place.head) || is_zip(place.head) || is_7z(place.head) ||
                              is_tar(place.head, is_archive_name(base_name(place.path))));
    }
    Result<CarryPlan> describe(const Place &place, const Request &request) const override;
};

Result<CarryPlan> ArchiveKind::describe(const Place &place, const Request &request) const {
    H2K_CHECK(require_no_disk(place));
    // Before it is listed: an XVA has a file for each MiB.
    if (const auto why = foreign_archive(place.file->name(), place.head.c_str()); !why.empty())
        return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    auto list = H2K_TRY(list_archive(*place.file));
    const Archive archive{
        .file = H2K_TRY(reopen(*place.file)), .within = {}, .name = place.file->name(), .list = std::move(list)};
    if (auto machine = H2K_TRY(describe_machine(archive, request)))
        return *std::move(machine);
    for (const auto &member : archive.list.members)
        if (const auto why = foreign_archive(archive.name, member.name); !why.empty())
            return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    const Fence fence{folder_of(archive.file.path()), false, request.allowed_folders};
    CarryPlan plan;
    H2K_CHECK(add_archived_images(archive, fence, plan));
    const auto inner = inner_archives(archive.list);
    if (!plan.source.disks.empty() && !inner.empty())
        plan.notices.warn("archive.nested-archive-ignored",
                          sentence(_("“%s” in “%s” is an archive itself and is ignored."),
                                   printable(inner.front()).c_str(), archive.name.c_str()));
    if (plan.source.disks.empty() && !inner.empty())
        plan = H2K_TRY(describe_inner(archive, fence, request));
    if (plan.source.disks.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” holds neither the description of a machine nor a recognised disk image."),
                    archive.name.c_str());
    if (plan.kind == "disks")
        plan.kind = "archive";
    warn_of_unused_descriptions(archive, nullptr, plan.notices);
    if (plan.kind == "archive" && plan.source.disks.size() > 1)
        plan.notices.warn("archive.several-disks",
                          sentence(_("“%s” holds %zu disk images and no description of a machine; they are used as the "
                                     "disks of one machine, in the order of their names."),
                                   archive.name.c_str(), plan.source.disks.size()));
    return plan;
}

} // namespace

const PackageKind &compressed_image_kind() {
    static const CompressedImage kind;
    return kind;
}

const PackageKind &archive_kind() {
    static const ArchiveKind kind;
    return kind;
}

} // namespace h2k
