// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/source/source_kind.h"
#include "convert/source/vmdk_descriptor.h"
#include "convert/source/vmdk_sparse.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::uint64_t se_sparse_magic = 0xcafebabe; // ESXi, not documented; the value is qemu's

bool is_cowd(std::string_view head) { return head.starts_with("COWD"); }
bool is_se_sparse(std::string_view head) { return little_endian<std::uint64_t>(head, 0) == se_sparse_magic; }

struct Refused {
    std::string_view name; ///< of a createType or of an extent type
    const char *why;       ///< a sentence
};

constexpr const char *raw_device = N_("It is a raw device mapping (RDM), whose data is on a LUN and not in a file.");
constexpr const char *host_device = N_("It stands for a device of the VMware host and has no data of its own.");
constexpr const char *se_sparse = N_("It is a seSparse VMDK, which this version does not read.");
constexpr const char *cowd = N_("It is a vmfsSparse VMDK (COWD), which this version does not read.");

// The names are those of "Virtual Disk Format 5.0"; what qemu reads and we do not is here too.
constexpr std::array refused_types{
    Refused{"vmfsRaw", raw_device},
    Refused{"vmfsRawDeviceMap", raw_device},
    Refused{"vmfsPassthroughRawDeviceMap", raw_device},
    Refused{"VMFSRDM", raw_device},
    Refused{"VMFSRAW", raw_device},
    Refused{"fullDevice", host_device},
    Refused{"partitionedDevice", host_device},
    Refused{"seSparse", se_sparse},
    Refused{"SESPARSE", se_sparse},
    Refused{"vmfsSparse", cowd},
    Refused{"VMFSSPARSE", cowd},
    Refused{"vmfsThin", N_("It is a vmfsThin VMDK, which qemu does not read.")},
    Refused{"custom", N_("It is a VMDK of the type “custom”, which qemu does not read.")},
    Refused{"ZERO", N_("It has an extent of the type ZERO, which qemu does not read.")},
};

std::unexpected<Error> cannot_be_read(const HostFile &file, const char *why) {
    return fail(H2K_ERROR_SOURCE, _("“%s” cannot be read. %s"), file.name().c_str(), _(why));
}

Result<> check_not_refused(const HostFile &file, const std::string &type) {
    const auto *found = std::ranges::find(refused_types, type, &Refused::name);
    return found == refused_types.end() ? Result<>{} : cannot_be_read(file, found->why);
}

constexpr std::array text_types{"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat", "vmfs"};
constexpr std::array embedded_types{"monolithicSparse", "streamOptimized"};

Result<> check_type(const HostFile &file, const std::string &type, std::span<const char *const> taken) {
    H2K_CHECK(check_not_refused(file, type));
    if (std::ranges::find(taken, type) == taken.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” is a VMDK of the type “%s”, which cannot be read in this place."),
                    file.name().c_str(), printable(type).c_str());
    return {};
}

/// What makes a whole disk unfit, whatever its extents are.
Result<> check_disk(const HostFile &file, const VmdkDescriptor &text) {
    if (text.encrypted)
        return fail(H2K_ERROR_SOURCE, _("“%s” is encrypted by VMware; decrypt it there first."), file.name().c_str());
    if (text.parent_cid == vmdk_no_parent && text.parent_hint.empty())
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is a snapshot and holds only what changed since its parent “%s”; this version does not read "
                  "snapshot chains, so consolidate the snapshots or clone the disk first."),
                file.name().c_str(), printable(text.parent_hint.empty() ? "?" : text.parent_hint).c_str());
}

/// Opens an extent that has to lie in the folder of its descriptor, or below.
Result<HostFile> open_extent(const HostFile &descriptor, const std::string &name) {
    // VMware writes extents beside their descriptor, as "NAME-flat.vmdk" and the like.  Anything else that a stranger
    // could name here may be a file of ours: a key, or another guest's disk below.
    const auto folder = folder_of(descriptor.path());
    const auto outside = [&] {
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the extent “%s”, which is outside its own folder; this is refused for safety."),
                    descriptor.name().c_str(), printable(name).c_str());
    };
    const auto inside = [&](const std::string &path) {
        return folder_of(path) == folder && !base_name(path).starts_with('.');
    };
    if (name.contains('/'))
        return outside();
    if (name.starts_with('.') || !lower(name).ends_with(".vmdk"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the extent “%s”, which is no VMDK by its name; this is refused for safety."),
                    descriptor.name().c_str(), printable(name).c_str());
    const auto path = folder + "/" + name;
    if (const auto real = real_path(path); real && !inside(*real))
        return outside();
    auto file = HostFile::open(path);
    if (!file)
        return std::unexpected(
            std::move(file).error().context(sentence(_("An extent of “%s”"), descriptor.name().c_str())));
    return inside(file->path()) ? std::move(file) : outside();
}

Result<> check_flat(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    // Nothing overflows here: the parser bounds both.
    const guint64 needed = (extent.offset + extent.sectors) * sector_size;
    if (needed <= file.size())
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” is truncated: “%s” needs it to have %" G_GUINT64_FORMAT " bytes, and it has %" G_GUINT64_FORMAT "."),
        file.name().c_str(), descriptor.name().c_str(), needed, guint64{file.size()});
}

/// Does a sparse extent have the size that its descriptor says?  Writers may round the capacity up to whole grains.
bool agrees(const VmdkSparseHeader &header, const VmdkExtent &extent) {
    return header.capacity >= extent.sectors && header.capacity - extent.sectors < header.grain_sectors;
}

/// One extent of a text descriptor.
struct Part {
    std::string path;
    std::uint64_t sectors; ///< as qemu counts them
};

Result<Part> check_sparse(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    if (!is_vmdk_sparse(H2K_TRY(file.read_some(0, sector_size))))
        return fail(H2K_ERROR_SOURCE, _("“%s” should be a sparse extent of “%s” and is none."), file.name().c_str(),
                    descriptor.name().c_str());
    const auto header = H2K_TRY(read_vmdk_sparse(file));
    // qemu looks for an extent's footer in the descriptor file.
    if (header.footer)
        return fail(H2K_ERROR_SOURCE, _("“%s” is stream-optimized and cannot be one of several extents."),
                    file.name().c_str());
    if (!agrees(header, extent))
        return fail(H2K_ERROR_SOURCE, _("“%s” is of another size than “%s” says."), file.name().c_str(),
                    descriptor.name().c_str());
    H2K_CHECK(check_vmdk_grains(file, header));
    return Part{file.path(), header.capacity};
}

Result<Part> check_extent(const HostFile &descriptor, const VmdkExtent &extent) {
    H2K_CHECK(check_not_refused(descriptor, extent.type));
    if (extent.access != "RW")
        return fail(H2K_ERROR_SOURCE, _("“%s” has an extent with access %s, which qemu does not read."),
                    descriptor.name().c_str(), extent.access.c_str());
    const bool flat = extent.type == "FLAT" || extent.type == "VMFS";
    if (!flat && extent.type != "SPARSE")
        return fail(H2K_ERROR_SOURCE, _("“%s” has an extent of the type “%s”, which is not known."),
                    descriptor.name().c_str(), printable(extent.type).c_str());
    if (extent.type != "FLAT" && extent.has_offset)
        return fail(H2K_ERROR_SOURCE, _("“%s” gives an offset for an extent of the type %s, which takes none."),
                    descriptor.name().c_str(), extent.type.c_str());
    const auto file = H2K_TRY(open_extent(descriptor, extent.file));
    if (!flat)
        return check_sparse(descriptor, extent, file);
    H2K_CHECK(check_flat(descriptor, extent, file));
    return Part{file.path(), extent.sectors};
}

DescribedDisk described(const HostFile &file, const VmdkDescriptor &text) {
    DescribedDisk found;
    found.disk.path = file.path();
    found.disk.format = DiskFormat::vmdk;
    found.disk.subformat = text.create_type;
    found.disk.bus = text.adapter_type == "ide" ? Bus::ide : Bus::scsi;
    found.disk.files.push_back(file.path());
    return found;
}

Result<DescribedDisk> describe_text(const HostFile &file) {
    if (file.size() > longest_vmdk_descriptor)
        return fail(H2K_ERROR_SOURCE, _("“%s” is longer than a VMDK descriptor can be."), file.name().c_str());
    const auto content = H2K_TRY(file.read(0, file.size()));
    auto text = parse_vmdk_descriptor(content);
    if (!text)
        return std::unexpected(std::move(text).error().context(file.name()));
    H2K_CHECK(check_disk(file, *text));
    H2K_CHECK(check_type(file, text->create_type, text_types));
    auto found = described(file, *text);
    for (const auto &extent : text->extents) {
        const auto part = H2K_TRY(check_extent(file, extent));
        // Where qemu takes a rounded-up capacity, all that follows would lie at the wrong place.
        if (part.sectors != extent.sectors && &extent != &text->extents.back())
            return fail(H2K_ERROR_SOURCE, _("“%s” is of another size than “%s” says."), printable(extent.file).c_str(),
                        file.name().c_str());
        found.disk.bytes += part.sectors * sector_size;
        if (std::ranges::find(found.disk.files, part.path) == found.disk.files.end())
            found.disk.files.push_back(part.path);
    }
    return found;
}

Result<DescribedDisk> describe_sparse(const HostFile &file) {
    const auto header = H2K_TRY(read_vmdk_sparse(file));
    auto text = parse_vmdk_descriptor(H2K_TRY(read_embedded_descriptor(file, header)));
    if (!text)
        return std::unexpected(std::move(text).error().context(file.name()));
    H2K_CHECK(check_disk(file, *text));
    H2K_CHECK(check_type(file, text->create_type, embedded_types));
    if (text->extents.size() != 1 || !agrees(header, text->extents.front()))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VMDK: its header and its descriptor contradict each other."),
                    file.name().c_str());
    H2K_CHECK(check_vmdk_grains(file, header));
    auto found = described(file, *text);
    found.disk.bytes = header.capacity * sector_size;
    if (header.unclean)
        found.warnings.push_back(sentence(_("“%s” was in use when its writer stopped; its last writes may be missing."),
                                          file.name().c_str()));
    return found;
}

class Vmdk final : public SourceKind {
  public:
    DiskFormat format() const override { return DiskFormat::vmdk; }
    bool recognises(const HostFile &, std::string_view head) const override {
        return is_vmdk_sparse(head) || is_cowd(head) || is_se_sparse(head) || is_vmdk_descriptor(head);
    }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &fence) const override {
        if (is_cowd(head))
            return cannot_be_read(file, cowd);
        if (is_se_sparse(head))
            return cannot_be_read(file, se_sparse);
        return is_vmdk_sparse(head) ? describe_sparse(file) : describe_text(file);
    }
};

} // namespace

const SourceKind &vmdk_kind() {
    static const Vmdk kind;
    return kind;
}

} // namespace h2k
