// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/vmdk/extent.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/folder/similar.h"
#include "convert/source/image_kind.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

struct Refused {
    std::string_view name; ///< of a createType or of an extent type
    const char *why;       ///< a sentence
};

constexpr const char *raw_device =
    N_("It is a raw device mapping (RDM), whose data is on a LUN and not in a file; copy it on the ESXi host with "
       "“vmkfstools -i THIS.vmdk -d thin COPY.vmdk”, or export the machine with ovftool.");
constexpr const char *host_device =
    N_("It stands for a device of the VMware host and has no data of its own; copy the device there with “qemu-img "
       "convert -O qcow2 DEVICE disk.qcow2”.");
constexpr const char *vsan = N_(
    "Its data is on vSAN and not in a file; export the machine with “ovftool vi://HOST/MACHINE MACHINE.ova”, or copy "
    "the disk on the ESXi host with “vmkfstools -i” to a datastore of another kind.");
constexpr const char *vvol =
    N_("Its data is on a virtual volume (vVol) and not in a file; export the machine with “ovftool vi://HOST/MACHINE "
       "MACHINE.ova”, or copy the disk on the ESXi host with “vmkfstools -i” to a datastore of another kind.");
constexpr const char *copy_on_host =
    N_("QEMU does not read this type; copy the disk on the ESXi host with “vmkfstools -i THIS.vmdk -d thin COPY.vmdk”, "
       "or with “vmware-vdiskmanager -r THIS.vmdk -t 0 COPY.vmdk”.");

// The names are those of "Virtual Disk Format 5.0"; what only qemu reads is here too.
constexpr std::array refused_types{
    Refused{"vmfsRaw", raw_device},
    Refused{"vmfsRawDeviceMap", raw_device},
    Refused{"vmfsPassthroughRawDeviceMap", raw_device},
    Refused{"VMFSRDM", raw_device},
    Refused{"VMFSRAW", raw_device},
    Refused{"fullDevice", host_device},
    Refused{"partitionedDevice", host_device},
    Refused{"vsanSparse", vsan},
    Refused{"VSANSPARSE", vsan},
    Refused{"vmfsThin", copy_on_host},
    Refused{"custom", copy_on_host},
    Refused{"ZERO", copy_on_host},
};

/// Refuses a name that is an address: "vsan://…".
Result<> require_file_name(const HostFile &descriptor, const std::string &name) {
    const auto scheme = lower(name.substr(0, std::min(name.find("://"), name.size())));
    if (scheme.size() == name.size() || scheme.size() < 2) // one letter is a drive of Windows
        return {};
    const auto *why = scheme == "vsan" ? vsan
                      : scheme == "vvol"
                          ? vvol
                          : N_("It names an address in place of a file; export the machine with ovftool, "
                               "or download what the address leads to and name that.");
    return fail(H2K_ERROR_SOURCE, _("“%s” cannot be read. %s It names “%s”."), descriptor.name().c_str(), _(why),
                printable(name).c_str());
}

/// May an untrusted descriptor name this file as an extent?  Anything else could be a key of the host.
bool is_extent_name(const std::string &name) { return !name.starts_with('.') && lower(name).ends_with(".vmdk"); }

/// Has the extent @name the name that VMware gives to those of @descriptor: "web-flat.vmdk", "web-s001.vmdk"?
bool is_named_after(const HostFile &descriptor, const std::string &name) {
    const auto own = descriptor.name();
    const auto stem = folded(own.substr(0, own.rfind('.')) + "-"), whole = folded(name);
    if (!whole.starts_with(stem))
        return false;
    const auto rest = whole.substr(stem.size());
    const bool numbered = rest.size() == std::string_view{"s001.vmdk"}.size() && (rest[0] == 's' || rest[0] == 'f') &&
                          parse_number(std::string_view{rest}.substr(1, 3)).has_value() && rest.ends_with(".vmdk");
    return numbered || rest == "flat.vmdk" || rest == "delta.vmdk" || rest == "sesparse.vmdk";
}

Result<HostFile> open_extent(const HostFile &descriptor, const std::string &name, const Fence &fence) {
    const auto shown = printable(name);
    const auto no_vmdk = [&] {
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the extent “%s”, whose name is not that of a VMDK; it is refused for safety."),
                    descriptor.name().c_str(), shown.c_str());
    };
    if (!name.contains('/') && !is_extent_name(name))
        return no_vmdk();
    // Where it was on another host does not count.
    const bool own = is_named_after(descriptor, base_name(replace_all(name, "\\", "/")));
    auto file = H2K_TRY(own ? fence.open_part(descriptor, name) : fence.open(descriptor, name));
    if (!is_extent_name(base_name(file.path())))
        return no_vmdk();
    return file;
}

Extent part_of(const HostFile &file, const VmdkExtent &extent, std::uint64_t sectors) {
    return {.path = file.path(), .held = file.held(), .type = extent.type, .sectors = sectors, .offset = extent.offset};
}

Result<VmdkPart> check_flat(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    // Nothing overflows here: the parser bounds both.
    const guint64 needed = (extent.offset + extent.sectors) * sector_size;
    if (needed <= file.size())
        return VmdkPart{part_of(file, extent, extent.sectors)};
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” is truncated: “%s” needs it to have %" G_GUINT64_FORMAT " bytes, and it has %" G_GUINT64_FORMAT "."),
        file.name().c_str(), descriptor.name().c_str(), needed, guint64{file.size()});
}

std::unexpected<Error> wrong_kind(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is not the %s extent that “%s” says it is."), file.name().c_str(),
                extent.type.c_str(), descriptor.name().c_str());
}

std::unexpected<Error> wrong_size(const HostFile &descriptor, const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” does not have the size that “%s” says."), file.name().c_str(),
                descriptor.name().c_str());
}

Result<VmdkPart> check_se_sparse(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    if (!is_vmdk_se_sparse(H2K_TRY(file.read_some(0, sector_size))))
        return wrong_kind(descriptor, extent, file);
    const auto header = H2K_TRY(check_vmdk_se_sparse(file));
    if (!has_size_of(header, extent))
        return wrong_size(descriptor, file);
    return VmdkPart{.extent = part_of(file, extent, header.capacity)};
}

Result<VmdkPart> check_sparse(const HostFile &descriptor, const VmdkExtent &extent, const HostFile &file) {
    const auto head = H2K_TRY(file.read_some(0, sector_size));
    const bool cowd = extent.type == "VMFSSPARSE";
    if (cowd ? !is_vmdk_cowd(head) : !is_vmdk_sparse(head))
        return wrong_kind(descriptor, extent, file);
    const auto header = H2K_TRY(cowd ? read_vmdk_cowd(file) : read_vmdk_sparse(file));
    // qemu looks for an extent's footer in the descriptor file.
    if (header.footer)
        return fail(H2K_ERROR_SOURCE, _("“%s” is stream-optimized and cannot be one of several extents."),
                    file.name().c_str());
    if (!has_size_of(header, extent))
        return wrong_size(descriptor, file);
    const auto unpacked = H2K_TRY(check_vmdk_grains(file, header));
    return VmdkPart{.extent = part_of(file, extent, header.capacity),
                    .compressed = {.stored = unpacked ? file.size() : 0, .unpacked = unpacked},
                    .unclean = header.unclean};
}

} // namespace

Result<> check_vmdk_type(const HostFile &file, const std::string &type) {
    const auto *found = std::ranges::find(refused_types, type, &Refused::name);
    if (found == refused_types.end())
        return {};
    return fail(H2K_ERROR_SOURCE, _("“%s” cannot be read. %s"), file.name().c_str(), _(found->why));
}

bool has_size_of(const VmdkSparseHeader &header, const VmdkExtent &extent) {
    return header.capacity >= extent.sectors && header.capacity - extent.sectors < header.grain_sectors;
}

Result<VmdkPart> check_vmdk_extent(const HostFile &descriptor, const VmdkExtent &extent, const Fence &fence) {
    H2K_CHECK(check_vmdk_type(descriptor, extent.type));
    if (extent.access != "RW")
        return fail(H2K_ERROR_SOURCE, _("“%s” has an extent with access %s, which qemu does not read."),
                    descriptor.name().c_str(), extent.access.c_str());
    const bool flat = extent.type == "FLAT" || extent.type == "VMFS";
    if (!flat && extent.type != "SPARSE" && extent.type != "VMFSSPARSE" && extent.type != "SESPARSE")
        return fail(H2K_ERROR_SOURCE, _("“%s” has an extent of the type “%s”, which is not supported."),
                    descriptor.name().c_str(), printable(extent.type).c_str());
    if (extent.type != "FLAT" && extent.has_offset)
        return fail(H2K_ERROR_SOURCE, _("“%s” gives an offset for an extent of the type %s, which takes none."),
                    descriptor.name().c_str(), extent.type.c_str());
    H2K_CHECK(require_file_name(descriptor, extent.file));
    const auto file = H2K_TRY(open_extent(descriptor, extent.file, fence));
    if (flat)
        return check_flat(descriptor, extent, file);
    return extent.type == "SESPARSE" ? check_se_sparse(descriptor, extent, file)
                                     : check_sparse(descriptor, extent, file);
}

} // namespace h2k
