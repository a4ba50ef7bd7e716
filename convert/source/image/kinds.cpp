// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/vhd/layout.h"
#include "convert/source/image/foreign.h"
#include "convert/source/image_kind.h"
#include <algorithm>

namespace h2k {

namespace {

const ImageKind *find_kind(const HostFile &file, std::string_view head) {
    for (const auto *kind : image_kinds())
        if (kind->recognises(file, head))
            return kind;
    return nullptr;
}

/// The kind that was stated, unless the file contradicts it.
Result<const ImageKind *> named_kind(const HostFile &file, std::string_view head, DiskFormat wanted,
                                     const Fence &fence) {
    const auto kind = std::ranges::find(image_kinds(), wanted, &ImageKind::format);
    if (wanted == DiskFormat::raw || (*kind)->recognises(file, head))
        return *kind;
    if (!fence.is_of_users_disk())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is not a %s image, although the description of its machine says so; it may be damaged, so "
                      "copy or export it again."),
                    file.name().c_str(), name_of(wanted));
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a %s image, although --input-format says so."), file.name().c_str(),
                name_of(wanted));
}

void warn_of_header(DescribedDisk &found, const HostFile &file, std::string_view head) {
    const auto *other = find_kind(file, head);
    if (other && other != &raw_kind() && !raw_kind().recognises(file, head))
        found.notices.warn("raw.other-header",
                           sentence(_("“%s” has the header of a %s image; it is read as the raw disk that it is said "
                                      "to be."),
                                    file.name().c_str(), name_of(other->format())));
}

/// A guest can write the header of any format to its own raw disk, and no name but that of a disk of the same format
/// shows that there is none.
Result<> require_promised(const HostFile &file, DiskFormat found, const Fence &fence, const std::string &name) {
    const auto *facts = format_by_suffix(name.empty() ? file.name() : name);
    if (facts && facts->format == found)
        return {};
    const auto shown = name.empty() ? file.name() : printable(name);
    if (file.window() || !name.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has the header of a %s image, but not the name of one; a guest can write such a header to "
                      "its own raw disk, so unpack it and specify its format with --input-format."),
                    shown.c_str(), name_of(found));
    if (!fence.is_of_users_disk())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has the header of a %s image, but not the name of one; a guest can write such a header to "
                      "its own raw disk, so give the file a name that ends in “%s”, also in the description of the "
                      "machine, or name the disk itself as the source."),
                    shown.c_str(), name_of(found), std::string{facts_of(found).suffixes.front()}.c_str());
    return fail(H2K_ERROR_SOURCE,
                _("“%s” has the header of a %s image, but not the name of one; a guest can write such a header to its "
                  "own raw disk, so specify its format with --input-format."),
                shown.c_str(), name_of(found));
}

/// The format that the name of a file promises, where a header that is missing means damage.
const DiskFormatFacts *promised_format(const HostFile &file) {
    const auto *facts = format_by_suffix(file.name());
    return facts && facts->has_header ? facts : nullptr;
}

/// Of a disk that a package names: no option says what it is.
std::unexpected<Error> unknown_in_package(const HostFile &file, bool packed) {
    if (const auto *facts = promised_format(file))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is not a %s image, although its name says so; it may be truncated, so copy or export it "
                      "again."),
                    file.name().c_str(), facts->name);
    if (lower(file.name()).ends_with(".vmdk"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has no VMDK header; it may be truncated, or hold the data of a disk whose descriptor is "
                      "another .vmdk file, so copy or export all files of the machine again."),
                    file.name().c_str());
    return fail(H2K_ERROR_SOURCE,
                packed ? _("“%s” is not a recognised disk image; it may be damaged, so copy or export it again, or "
                           "unpack it and name the disk itself as the source.")
                       : _("“%s” is not a recognised disk image; it may be damaged, so copy or export it again, or "
                           "name the disk itself as the source."),
                file.name().c_str());
}

std::unexpected<Error> unknown_kind(const HostFile &file, const Fence &fence, const std::string &name) {
    if (!fence.is_of_users_disk())
        return unknown_in_package(file, file.window() || !name.empty());
    if (const auto *facts = promised_format(file))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is not a %s image, although its name says so; it may be truncated. If it is a raw image, "
                      "use --input-format raw."),
                    file.name().c_str(), facts->name);
    if (lower(file.name()).ends_with(".vmdk"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has no VMDK header; if it holds the data of a disk whose descriptor is another .vmdk file, "
                      "name that file; if it is a raw image, use --input-format raw."),
                    file.name().c_str());
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is not a recognised disk image; if it is a raw image, use --input-format raw."),
                file.name().c_str());
}

Result<const ImageKind *> recognised_kind(const HostFile &file, std::string_view head, const Fence &fence,
                                          const std::string &name) {
    const auto *found = find_kind(file, head);
    // A guest can write any bytes to the start of a raw disk; they must not decide how its host opens it.
    // The end of a fixed VHD is out of its guest's reach, and its start is that of a raw disk.
    const bool is_fixed_vhd = found == &vhd_kind() && !is_sparse_vhd(head);
    if (found && found != &raw_kind() && !is_fixed_vhd && raw_kind().recognises(file, head))
        return fail(H2K_ERROR_SOURCE,
                    fence.is_of_users_disk()
                        ? _("“%s” starts both as a %s image and as a raw disk; specify its format with --input-format.")
                        : _("“%s” starts both as a %s image and as a raw disk; name it as the source by itself, "
                            "outside of its package."),
                    file.name().c_str(), name_of(found->format()));
    if (found && found != &raw_kind() && found != &vhd_kind() && ends_as_vhd(file))
        return fail(
            H2K_ERROR_SOURCE,
            fence.is_of_users_disk()
                ? _("“%s” starts as a %s image and ends as a VHD; specify its format with --input-format.")
                : _("“%s” starts as a %s image and ends as a VHD; name it as the source by itself, outside of its "
                    "package."),
            file.name().c_str(), name_of(found->format()));
    if (found && found != &raw_kind()) {
        H2K_CHECK(require_promised(file, found->format(), fence, name));
        return found;
    }
    if (const auto why = H2K_TRY(foreign_kind(file, head)); !why.empty())
        return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    // The flat extent of a VMDK is a partitioned disk too, but its descriptor says more; and so is a fixed VHD that
    // lost its footer.
    if (!found || lower(file.name()).ends_with(".vmdk") || promised_format(file))
        return unknown_kind(file, fence, name);
    return found;
}

} // namespace

Result<bool> has_header_of(const HostFile &file, DiskFormat format) {
    const auto kind = std::ranges::find(image_kinds(), format, &ImageKind::format);
    return kind != image_kinds().end() && (*kind)->recognises(file, H2K_TRY(file.read_some(0, head_size)));
}

Result<DescribedDisk> describe_image(const HostFile &file, std::optional<DiskFormat> wanted, const Fence &fence,
                                     const std::string &name) {
    if (file.in_memory())
        return fail(H2K_ERROR_SOURCE, _("“%s” is packed in an archive and cannot be read as a disk image."),
                    file.name().c_str());
    if (file.size() == 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is empty."), file.name().c_str());
    const auto head = H2K_TRY(file.read_some(0, head_size));
    const auto *kind =
        H2K_TRY(wanted ? named_kind(file, head, *wanted, fence) : recognised_kind(file, head, fence, name));
    auto found = H2K_TRY(kind->describe(file, head, fence));
    if (wanted == DiskFormat::raw)
        warn_of_header(found, file, head);
    found.disk.top.window = file.window();
    return found;
}

void warn_of_declared_size(const Disk &disk, std::uint64_t declared, std::uint64_t slack, const std::string &name,
                           Notices &notices) {
    const auto most = declared / mebibyte + (declared % mebibyte ? 1 : 0);
    const auto bytes = disk.top.bytes;
    const bool larger = bytes / mebibyte >= most && bytes != most * mebibyte;
    if (larger || (bytes < declared && declared - bytes > slack))
        notices.warn("ovf.disk-size-differs",
                     sentence(_("“%s” is a disk of %s, although its package says that it has %s; the image decides."),
                              name.c_str(), size_for_people(bytes).c_str(), size_for_people(declared).c_str()));
}

} // namespace h2k
