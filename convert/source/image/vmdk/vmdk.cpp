// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/magic.h"
#include "convert/source/image/chain.h"
#include "convert/source/image/vmdk/extent.h"
#include <algorithm>
#include <array>
#include <vector>

namespace h2k {

namespace {

std::string hex_id(std::uint32_t id) { return sentence("%08x", id); }

constexpr std::array text_types{"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat",
                                "vmfs",           "vmfsSparse",           "seSparse"};
constexpr std::array embedded_types{"monolithicSparse", "streamOptimized"};

Result<> check_type(const HostFile &file, const std::string &type, std::span<const char *const> taken) {
    H2K_CHECK(check_vmdk_type(file, type));
    if (std::ranges::find(taken, type) == taken.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK of the type “%s”, which is not supported here."),
                    file.name().c_str(), printable(type).c_str());
    return {};
}

/// One image of a chain, and what its descriptor says.
struct Link {
    DescribedDisk found;
    VmdkDescriptor text;
};

Result<VmdkDescriptor> parse(const HostFile &file, std::string_view content) {
    auto text = parse_vmdk_descriptor(content);
    if (!text)
        return std::unexpected(std::move(text).error().context(file.name()));
    if (text->encrypted)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is encrypted by VMware; remove the encryption there: in the settings of the machine in Workstation "
              "and Fusion, by another storage policy in vSphere; then copy or export it again."),
            file.name().c_str());
    return text;
}

/// Guests see the UUID as serial number (page 80 of SPC-4's vital product data) and as NAA identifier of 128 bits (page
/// 83); the names that udev makes of the latter have the first 64 of them.
void name_disk(Disk &disk, const std::string &uuid) {
    constexpr std::size_t digits = 16;
    disk.serial = uuid;
    disk.wwn = uuid.substr(0, digits);
}

Link linked(const HostFile &file, VmdkDescriptor text, std::uint64_t bytes) {
    DescribedDisk found;
    found.disk.top.path = file.path();
    found.disk.top.held = file.held();
    found.disk.top.format = DiskFormat::vmdk;
    found.disk.top.subformat = text.create_type;
    found.disk.top.bytes = bytes;
    found.disk.bus = text.adapter_type == "ide" ? Bus::ide : Bus::scsi;
    found.disk.files.push_back(file.path());
    found.disk.top.identity = hex_id(text.cid);
    name_disk(found.disk, text.uuid);
    return {std::move(found), std::move(text)};
}

void warn_unclean(DescribedDisk &found, const std::string &name) {
    found.notices.warn("image.not-closed",
                       sentence(_("“%s” was not closed properly; its last writes may be missing."), name.c_str()));
}

/// A stretch of a file that is an extent, in sectors; all of a sparse one.
struct Stretch {
    std::pair<std::uint64_t, std::uint64_t> file; ///< device and inode
    std::uint64_t first, end;
};

/// Refuses bytes that belong to two extents: a small file could hold any number of bytes.
Result<> require_apart(const HostFile &file, std::vector<Stretch> stretches) {
    std::ranges::sort(stretches, {}, [](const Stretch &one) { return std::pair{one.file, one.first}; });
    const auto meets = [](const Stretch &a, const Stretch &b) { return a.file == b.file && b.first < a.end; };
    if (std::ranges::adjacent_find(stretches, meets) == stretches.end())
        return {};
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its extents overlap."), file.name().c_str());
}

Result<Stretch> stretch_of(const VmdkExtent &extent, const VmdkPart &part) {
    const auto identity = H2K_TRY(identity_of(part.extent.held.name()));
    const bool flat = extent.type == "FLAT" || extent.type == "VMFS";
    return Stretch{.file = {identity.device, identity.inode},
                   .first = extent.offset,
                   .end = flat ? extent.offset + extent.sectors : G_MAXUINT64};
}

void add_part(DescribedDisk &found, const VmdkPart &part) {
    auto &disk = found.disk;
    disk.top.bytes += part.extent.sectors * sector_size;
    disk.top.extents.push_back(part.extent);
    disk.compressed.stored += part.compressed.stored;
    disk.compressed.unpacked += part.compressed.unpacked;
    if (std::ranges::find(disk.files, part.extent.path) == disk.files.end())
        disk.files.push_back(part.extent.path);
    if (part.unclean)
        warn_unclean(found, printable(base_name(part.extent.path)));
}

Result<Link> describe_text(const HostFile &file, const Fence &fence) {
    if (file.size() > longest_vmdk_descriptor)
        return fail(H2K_ERROR_SOURCE, _("“%s” is longer than a VMDK descriptor can be."), file.name().c_str());
    const auto content = H2K_TRY(file.read(0, file.size()));
    auto text = H2K_TRY(parse(file, content));
    H2K_CHECK(check_type(file, text.create_type, text_types));
    auto link = linked(file, std::move(text), 0);
    std::vector<Stretch> stretches;
    for (const auto &extent : link.text.extents) {
        const auto part = H2K_TRY(check_vmdk_extent(file, extent, fence));
        // Where qemu takes a rounded-up capacity, all that follows would lie at the wrong place.
        if (part.extent.sectors != extent.sectors && &extent != &link.text.extents.back())
            return fail(H2K_ERROR_SOURCE, _("“%s” does not have the size that “%s” says."),
                        printable(extent.file).c_str(), file.name().c_str());
        stretches.push_back(H2K_TRY(stretch_of(extent, part)));
        add_part(link.found, part);
    }
    H2K_CHECK(require_apart(file, std::move(stretches)));
    return link;
}

Result<Link> describe_sparse(const HostFile &file) {
    const auto header = H2K_TRY(read_vmdk_sparse(file));
    const auto content = H2K_TRY(read_embedded_descriptor(file, header));
    auto text = H2K_TRY(parse(file, content));
    H2K_CHECK(check_type(file, text.create_type, embedded_types));
    if (text.extents.size() != 1 || !has_size_of(header, text.extents.front()))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its header and its descriptor contradict each other."),
                    file.name().c_str());
    const auto unpacked = H2K_TRY(check_vmdk_grains(file, header));
    auto link = linked(file, std::move(text), header.capacity * sector_size);
    link.found.disk.compressed = {.stored = unpacked ? file.size() : 0, .unpacked = unpacked};
    if (header.unclean)
        warn_unclean(link.found, file.name());
    return link;
}

Result<Link> describe_link(const HostFile &file, std::string_view head, const Fence &fence) {
    if (is_vmdk_cowd(head) || is_vmdk_se_sparse(head))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” holds the data of a disk whose descriptor is another .vmdk file; name "
                      "that one."),
                    file.name().c_str());
    // A VDI image is recognised by these bytes, and no other program may find another disk in this file.
    if (starts_as(head, DiskFormat::vdi))
        return fail(H2K_ERROR_SOURCE, _("“%s” starts both as a VMDK and as a VDI image."), file.name().c_str());
    return is_vmdk_sparse(head) ? describe_sparse(file) : describe_text(file, fence);
}

/// Is the disk of @text based on another one?  CID and name of the parent come together or not at all.
Result<bool> has_parent(const HostFile &file, const VmdkDescriptor &text) {
    if (text.parent_cid == vmdk_no_parent && text.parent_hint.empty())
        return false;
    if (text.parent_hint.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is a snapshot and holds only what changed since its parent, which it does not name."),
                    file.name().c_str());
    if (text.parent_cid == vmdk_no_parent)
        return fail(H2K_ERROR_SOURCE, _("“%s” names the parent “%s” and says that it has none."), file.name().c_str(),
                    printable(text.parent_hint).c_str());
    return true;
}

/// Is @below the very image, in the very state, that @above was made on?
Result<> check_fits(const HostFile &upper, const VmdkDescriptor &above, const HostFile &lower,
                    const VmdkDescriptor &below) {
    if (above.parent_cid != below.cid)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” was made on a parent with the content ID %s, and “%s” has %s: it was changed since then, "
                      "or is another disk."),
                    upper.name().c_str(), hex_id(above.parent_cid).c_str(), lower.name().c_str(),
                    hex_id(below.cid).c_str());
    if (above.sectors != below.sectors)
        return fail(H2K_ERROR_SOURCE, _("“%s” and its parent “%s” have different sizes."), upper.name().c_str(),
                    lower.name().c_str());
    for (const auto &[file, text] : {std::pair{&upper, &above}, std::pair{&lower, &below}})
        if (!text->plain_ids)
            return fail(H2K_ERROR_SOURCE, _("“%s” writes its content ID in a way that qemu reads wrongly."),
                        file->name().c_str());
    return {};
}

/// Would qemu take @name for that of a protocol, as "nbd:…" is?  One letter is a drive of Windows.
bool has_protocol(std::string_view name) {
    const auto colon = name.find_first_of(":/");
    return colon != std::string_view::npos && colon > 1 && name[colon] == ':';
}

/// Adds the images below @above, which is the last one that @chain has.
Result<> follow(DescribedDisk &chain, const HostFile &above, const VmdkDescriptor &text, const Fence &fence) {
    if (!H2K_TRY(has_parent(above, text)))
        return {};
    if (has_protocol(text.parent_hint))
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” names the parent “%s”, which is not a plain file name; export the machine with ovftool, which "
              "writes complete disks."),
            above.name().c_str(), printable(text.parent_hint).c_str());
    const auto file = H2K_TRY(fence.open(above, text.parent_hint));
    H2K_CHECK(check_next(chain, above, file));
    const auto head = H2K_TRY(file.read_some(0, head_size));
    if (!vmdk_kind().recognises(file, head))
        return fail(H2K_ERROR_SOURCE, _("“%s” names the parent “%s”, which is not a VMDK."), above.name().c_str(),
                    file.name().c_str());
    auto below = H2K_TRY(describe_link(file, head, fence));
    H2K_CHECK(check_fits(above, text, file, below.text));
    put_below(chain, below.found);
    if (chain.disk.serial.empty())
        name_disk(chain.disk, below.text.uuid);
    // Snapshots of ESX say nothing of the controller; their base does.
    if (text.adapter_type.empty())
        chain.disk.bus = below.found.disk.bus;
    else
        below.text.adapter_type = text.adapter_type;
    return follow(chain, file, below.text, fence);
}

class Vmdk final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::vmdk; }
    bool recognises(const HostFile &, std::string_view head) const override {
        return is_vmdk_sparse(head) || is_vmdk_cowd(head) || is_vmdk_se_sparse(head) || is_vmdk_descriptor(head);
    }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &fence) const override {
        auto top = H2K_TRY(describe_link(file, head, fence));
        H2K_CHECK(follow(top.found, file, top.text, fence));
        if (const auto &below = top.found.disk.below; !below.empty())
            top.found.notices.note(
                "image.backing-file",
                sentence(_("“%s” is a snapshot: the disk is also read from the %zu images below it, down to “%s”."),
                         file.name().c_str(), below.size(), printable(base_name(below.back().path)).c_str()));
        return top.found;
    }
};

} // namespace

const ImageKind &vmdk_kind() {
    static const Vmdk kind;
    return kind;
}

} // namespace h2k
