// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/vhd/layout.h"
#include "convert/source/archive/archive.h"
#include "convert/source/image/foreign.h"
#include "convert/source/image_kind.h"
#include "convert/source/libvirt/xml.h"
#include "convert/source/machine_name.h"
#include "convert/source/package_kind.h"
#include "convert/source/source.h"
#include <algorithm>
#include <array>
#include <set>
#include <sys/stat.h>

namespace h2k {

namespace {

const SourceKind *recognised(const HostFile &file, std::string_view head) {
    for (const auto *kind : source_kinds())
        if (kind->recognises(file, head))
            return kind;
    return nullptr;
}

std::unexpected<Error> not_as_wished(const HostFile &file, DiskFormat wanted) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a %s image, although --input-format says so."), file.name().c_str(),
                name_of(wanted));
}

/// The kind that the user named, where the file does not contradict.  A guest can write any bytes to the start of a raw
/// disk, so there the magic of another kind counts only where no boot signature follows.
Result<const SourceKind *> wished_kind(const HostFile &file, std::string_view head, DiskFormat wanted) {
    if (wanted != DiskFormat::raw) {
        const auto kind = std::ranges::find(source_kinds(), wanted, &SourceKind::format);
        return (*kind)->recognises(file, head) ? Result<const SourceKind *>{*kind} : not_as_wished(file, wanted);
    }
    const auto *found = recognised(file, head);
    const auto &raw = raw_kind();
    if (found && found != &raw && !raw.recognises(file, head))
        return not_as_wished(file, wanted);
    return &raw;
}

/// The format that the name of a file promises, where a header that is missing means damage.
std::optional<DiskFormat> promised_format(const HostFile &file) {
    constexpr std::array<std::pair<std::string_view, DiskFormat>, 5> suffixes{{{".vhd", DiskFormat::vhd},
                                                                               {".avhd", DiskFormat::vhd},
                                                                               {".vhdx", DiskFormat::vhdx},
                                                                               {".avhdx", DiskFormat::vhdx},
                                                                               {".vdi", DiskFormat::vdi}}};
    for (const auto &[suffix, format] : suffixes)
        if (lower(file.name()).ends_with(suffix))
            return format;
    return std::nullopt;
}

std::unexpected<Error> unknown_kind(const HostFile &file) {
    if (const auto format = promised_format(file))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is no %s image, although its name says so; it may be truncated, and if it is a plain raw "
                      "image, --input-format raw takes it."),
                    file.name().c_str(), name_of(*format));
    if (lower(file.name()).ends_with(".vmdk"))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” has no VMDK header; if it holds the data of a disk whose descriptor is another .vmdk file, "
                      "name that one, and if it is a plain raw image, --input-format raw takes it."),
                    file.name().c_str());
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is no disk image that we know; if it is a raw image, --input-format raw takes it."),
                file.name().c_str());
}

Result<const SourceKind *> guessless_kind(const HostFile &file, std::string_view head) {
    const auto *found = recognised(file, head);
    // A guest writes any bytes to the start of a raw disk; they must not choose what its host opens it as.
    // The end of a fixed VHD is out of its guest's reach, and its start is a raw disk's.
    const bool is_fixed_vhd = found == &vhd_kind() && !is_sparse_vhd(head);
    if (found && found != &raw_kind() && !is_fixed_vhd && raw_kind().recognises(file, head))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” starts both as a %s image and as a raw disk; say with --input-format which it is."),
                    file.name().c_str(), name_of(found->format()));
    if (found && found != &raw_kind() && found != &vhd_kind() && ends_as_vhd(file))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” starts as a %s image and ends as a VHD; say with --input-format which it is."),
                    file.name().c_str(), name_of(found->format()));
    if (found && found != &raw_kind())
        return found;
    if (const auto why = H2K_TRY(foreign_kind(file, head)); !why.empty())
        return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    // The flat part of a VMDK is a partitioned disk too, but its descriptor knows more than it does; and a fixed VHD
    // without its end is one.
    if (!found || lower(file.name()).ends_with(".vmdk") || promised_format(file))
        return unknown_kind(file);
    return found;
}

/// The only source of a request, where it describes a whole machine; null for a disk image.
Result<std::optional<CarryPlan>> describe_package(const Request &wish, const std::string &path) {
    const auto real = real_path(path);
    if (!real)
        return std::nullopt; // what is wrong with it is told where it is opened
    Place place{.path = *real, .file = std::nullopt, .head = {}};
    if (!g_file_test(real->c_str(), G_FILE_TEST_IS_DIR)) {
        place.file.emplace(H2K_TRY(HostFile::open(path)));
        place.head = H2K_TRY(place.file->read_some(0, head_size));
    }
    for (const auto *kind : package_kinds())
        if (kind->recognises(place)) {
            // An image is one disk of several, compressed or not.
            if (wish.sources.size() > 1 && kind != &compressed_image_kind())
                return fail(H2K_ERROR_SOURCE, _("“%s” describes a whole machine, so it has to be the only source."),
                            printable(base_name(path)).c_str());
            return H2K_TRY(kind->describe(place, wish));
        }
    return std::nullopt;
}

/// Refuses a file that two disks share, also under two names.
Result<> claim_files(const Disk &disk, std::set<std::pair<dev_t, ino_t>> &claimed) {
    std::set<std::pair<dev_t, ino_t>> own;
    for (const auto &file : disk.files) {
        struct stat st{};
        if (stat(file.c_str(), &st) == 0)
            own.emplace(st.st_dev, st.st_ino);
    }
    for (const auto &one : own)
        if (!claimed.insert(one).second)
            return fail(H2K_ERROR_SOURCE, _("“%s” is given twice, or shares a file with another disk."),
                        printable(disk.path).c_str());
    return {};
}

/// Numbers the disks, and gives the machine a name where nothing else did.
Result<CarryPlan> finished(CarryPlan plan, const Request &wish) {
    if (plan.source.disks.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” has no disk."), printable(base_name(wish.sources.front())).c_str());
    if (!wish.name.empty() || plan.source.name.empty())
        plan.source.name = wish.name.empty() ? machine_name(wish.sources.front()) : wish.name;
    std::set<std::pair<dev_t, ino_t>> claimed;
    for (std::size_t i = 0; i < plan.source.disks.size(); ++i) {
        plan.source.disks[i].id = "disk" + std::to_string(i);
        // Members of one archive share its file, and the archive's own reader sees to it that they share no bytes.
        if (!plan.source.disks[i].fetch && !plan.source.disks[i].window)
            H2K_CHECK(claim_files(plan.source.disks[i], claimed));
    }
    return plan;
}

} // namespace

std::span<const PackageKind *const> package_kinds() {
    static const std::array kinds{&ovf_kind(),     &vmx_kind(),    &domain_kind(),
                                  &hyper_v_kind(), &folder_kind(), &compressed_image_kind(),
                                  &archive_kind()};
    return kinds;
}

std::span<const SourceKind *const> source_kinds() {
    static const std::array kinds{&vmdk_kind(), &qcow2_kind(), &vhdx_kind(), &vdi_kind(), &vhd_kind(), &raw_kind()};
    return kinds;
}

Result<DescribedDisk> describe_image(const HostFile &file, std::optional<DiskFormat> wanted, const Fence &fence) {
    if (file.in_memory())
        return fail(H2K_ERROR_SOURCE, _("“%s” is packed, and a disk image is not read from there."),
                    file.name().c_str());
    if (file.size() == 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is empty."), file.name().c_str());
    const auto head = H2K_TRY(file.read_some(0, head_size));
    const auto *kind = H2K_TRY(wanted ? wished_kind(file, head, *wanted) : guessless_kind(file, head));
    auto found = H2K_TRY(kind->describe(file, head, fence));
    found.disk.window = file.window();
    return found;
}

Result<> require_declared_size(const Disk &disk, std::uint64_t declared, const std::string &name) {
    const auto most = declared / mebibyte + (declared % mebibyte ? 1 : 0);
    if (disk.bytes / mebibyte < most || disk.bytes == most * mebibyte)
        return {};
    return fail(H2K_ERROR_SOURCE, _("“%s” is a disk of %s, and its package says that it has only %s."), name.c_str(),
                size_for_people(disk.bytes).c_str(), size_for_people(declared).c_str());
}

Result<> complete_disk(Disk &disk, const std::string &path, std::vector<std::string> &warnings) {
    const auto file = H2K_TRY(HostFile::open(path));
    auto found = H2K_TRY(describe_image(file, std::nullopt, Fence::nothing()));
    found.disk.id = disk.id;
    found.disk.bus = disk.bus;
    if (disk.bytes != 0)
        H2K_CHECK(require_declared_size(found.disk, disk.bytes, disk.fetch ? disk.fetch->name : file.name()));
    disk = std::move(found.disk);
    warnings.insert(warnings.end(), found.warnings.begin(), found.warnings.end());
    return {};
}

Result<CarryPlan> describe(const Request &wish) {
    if (wish.sources.empty())
        return fail(H2K_ERROR_USAGE, _("No disk image is named."));
    if (!wish.source_connect.empty())
        return finished(H2K_TRY(describe_domain(wish)), wish);
    CarryPlan plan;
    for (const auto &path : wish.sources) {
        auto package = wish.input_format ? std::nullopt : H2K_TRY(describe_package(wish, path));
        if (package && wish.sources.size() == 1)
            return finished(*std::move(package), wish);
        if (package) {
            std::ranges::move(package->source.disks, std::back_inserter(plan.source.disks));
            std::ranges::move(package->warnings, std::back_inserter(plan.warnings));
            continue;
        }
        const auto file = H2K_TRY(HostFile::open(path));
        auto found = H2K_TRY(
            describe_image(file, wish.input_format, Fence{folder_of(file.path()), false, wish.allowed_folders}));
        plan.source.disks.push_back(std::move(found.disk));
        for (auto &warning : found.warnings)
            plan.warnings.push_back(std::move(warning));
    }
    return finished(std::move(plan), wish);
}

} // namespace h2k
