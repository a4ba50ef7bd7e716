// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/source/address.h"
#include "convert/source/archive/archive.h"
#include "convert/source/foreign_machine.h"
#include "convert/source/image_kind.h"
#include "convert/source/libvirt/xml.h"
#include "convert/source/machine_name.h"
#include "convert/source/notices.h"
#include "convert/source/package_kind.h"
#include "convert/source/source.h"
#include <algorithm>
#include <array>
#include <set>

namespace h2k {

namespace {

using namespace std::chrono_literals;

/// bzip2, the slowest of the compressions, unpacks 4 MiB of its own bytes a second and more.
constexpr Allowance::Terms reading{.base = 30s, .per_mebibyte = 250ms};

/// A guest can write the description of a machine, which names files of others, to its own raw disk.
Result<> require_name_of_text(const PackageKind *kind, const Place &place) {
    const auto name = base_name(place.path);
    const std::array texts{&ovf_kind(), &vmx_kind(), &vbox_kind(), &domain_kind(), &hyper_v_kind()};
    if (!place.file || std::ranges::find(texts, kind) == texts.end() || (name.contains('.') && !format_by_suffix(name)))
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” starts as the description of a machine, but has the name of a disk, and a guest can write such a "
          "text to its own raw disk; specify the format of the disk with --input-format, or give the file the "
          "name of a description."),
        place.file->name().c_str());
}

/// The only source of a request, where it describes a whole machine; null for a disk image.
Result<std::optional<CarryPlan>> describe_package(const Request &request, const std::string &path,
                                                  Allowance &allowance) {
    const auto real = real_path(path);
    if (!real)
        return std::nullopt; // the error is reported where it is opened
    Place place{.path = *real, .file = std::nullopt, .head = {}, .allowance = &allowance};
    if (!g_file_test(real->c_str(), G_FILE_TEST_IS_DIR)) {
        place.file.emplace(H2K_TRY(HostFile::open(path, &allowance)));
        place.head = H2K_TRY(place.file->read_some(0, head_size));
    }
    for (const auto *kind : package_kinds())
        if (kind->recognises(place)) {
            // An image is one disk of several, compressed or not.
            if (request.sources.size() > 1 && kind != &compressed_image_kind())
                return fail(H2K_ERROR_SOURCE, _("“%s” describes a whole machine, so it has to be the only source."),
                            printable(base_name(path)).c_str());
            H2K_CHECK(require_name_of_text(kind, place));
            return H2K_TRY(kind->describe(place, request));
        }
    if (const auto why = place.file ? std::string{} : foreign_folder(*real); !why.empty())
        return fail(H2K_ERROR_SOURCE, "%s", why.c_str());
    return std::nullopt;
}

using FileIds = std::set<std::pair<std::uint64_t, std::uint64_t>>; ///< device and inode

/// Refuses a file that two disks share, even under two names.
Result<> claim_files(const Disk &disk, FileIds &claimed) {
    FileIds own;
    for (const auto &file : disk.files)
        if (const auto one = identity_of(file))
            own.emplace(one->device, one->inode);
    for (const auto &one : own)
        if (!claimed.insert(one).second)
            return fail(H2K_ERROR_SOURCE, _("“%s” is given twice, or shares a file with another disk."),
                        printable(disk.top.path).c_str());
    return {};
}

/// Bytes of the files that @disk is unpacked from.
std::uint64_t packed_bytes(const Disk &disk) {
    std::uint64_t bytes = 0;
    for (const auto &piece : disk.fetch ? disk.fetch->pieces : std::vector<Piece>{}) {
        const auto file = piece.window ? Result<FileIdentity>{FileIdentity{}} : identity_of(piece.path);
        bytes += piece.window ? piece.window->length : file ? file->size : 0;
    }
    return bytes;
}

/// Refuses compressed data that unpacks to so much that it could only be meant to fill the host.
/// @stored: bytes that it is stored in.
Result<> require_expansion(const Disk &disk, std::uint64_t stored, const Request &request, const std::string &name) {
    if (disk.compressed.unpacked <= most_stored(stored, request.max_expansion))
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("“%s” holds %s of compressed data in %s, more than the disk of a system can have; use --max-expansion "
          "to accept it."),
        name.c_str(), size_for_people(disk.compressed.unpacked).c_str(), size_for_people(stored).c_str());
}

/// Refuses a choice among what only an OVF package has several of.
Result<> require_choice(const CarryPlan &plan, const Request &request) {
    const bool chosen = !request.machine.empty() || !request.deployment_option.empty();
    if (!chosen || plan.kind == "ovf" || plan.kind == "ova")
        return {};
    return fail(H2K_ERROR_USAGE, _("“%s” is not an OVF package, so %s does not apply to it."),
                printable(base_name(request.sources.front())).c_str(),
                request.machine.empty() ? "--deployment-option" : "--machine");
}

/// Numbers the disks, and gives the machine a name where nothing else did.
Result<CarryPlan> finished(CarryPlan plan, const Request &request) {
    H2K_CHECK(require_choice(plan, request));
    if (plan.source.disks.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” has no disk."), printable(base_name(request.sources.front())).c_str());
    if (!request.name.empty() || plan.source.name.empty())
        plan.source.name = request.name.empty() ? machine_name(request.sources.front()) : request.name;
    if (plan.source.title == plan.source.name)
        plan.source.title.clear();
    warn_of_lost_devices(plan.notices, plan.source);
    FileIds claimed;
    for (std::size_t i = 0; i < plan.source.disks.size(); ++i) {
        const auto &disk = plan.source.disks[i];
        H2K_CHECK(require_expansion(disk, disk.compressed.stored, request, printable(base_name(disk.top.path))));
        plan.source.disks[i].id = "disk" + std::to_string(i);
        // Members of one archive share its file, and the archive's own reader sees to it that they share no bytes.
        if (!plan.source.disks[i].fetch && !plan.source.disks[i].top.window)
            H2K_CHECK(claim_files(plan.source.disks[i], claimed));
    }
    return plan;
}

} // namespace

std::span<const PackageKind *const> package_kinds() {
    static const std::array kinds{&ovf_kind(),
                                  &vmx_kind(),
                                  &vbox_kind(),
                                  &domain_kind(),
                                  &hyper_v_kind(),
                                  &folder_kind(),
                                  &compressed_image_kind(),
                                  &archive_kind()};
    return kinds;
}

Result<> complete_disk(Disk &disk, const std::string &path, const Request &request, Notices &notices,
                       GCancellable *cancel) {
    Allowance allowance{cancel, reading};
    const auto file = H2K_TRY(HostFile::open(path, &allowance));
    const auto name = disk.fetch ? disk.fetch->name : file.name();
    auto stated = disk.fetch ? disk.fetch->format : std::nullopt;
    if (stated && stated != DiskFormat::raw && !H2K_TRY(has_header_of(file, *stated)))
        stated.reset();
    // Beside it lie its own parts, and nothing else.
    const bool alone = !disk.fetch || disk.fetch->parts.empty();
    const auto fence = alone ? Fence::nothing() : Fence{folder_of(file.path()), false, {}};
    auto found = H2K_TRY(describe_image(file, stated, fence, name));
    if (disk.top.bytes != 0)
        warn_of_declared_size(found.disk, disk.top.bytes, disk.top.bytes, name, found.notices);
    H2K_CHECK(
        require_expansion(found.disk, disk.fetch ? packed_bytes(disk) : found.disk.compressed.stored, request, name));
    // All else is known from the package alone.
    disk.top = std::move(found.disk.top);
    disk.below = std::move(found.disk.below);
    disk.files = std::move(found.disk.files);
    disk.compressed = found.disk.compressed;
    disk.sector_bytes = std::max(disk.sector_bytes, found.disk.sector_bytes);
    disk.fetch.reset();
    notices.add(found.notices);
    return {};
}

Result<CarryPlan> describe(const Request &request, GCancellable *cancel) {
    if (request.sources.empty())
        return fail(H2K_ERROR_USAGE, _("No disk image is named."));
    Allowance allowance{cancel, reading};
    if (!request.source_connect.empty())
        return finished(H2K_TRY(describe_domain(request, allowance)), request);
    CarryPlan plan;
    for (const auto &path : request.sources) {
        H2K_CHECK(require_no_address(path));
        auto package = request.input_format ? std::nullopt : H2K_TRY(describe_package(request, path, allowance));
        if (package && request.sources.size() == 1)
            return finished(*std::move(package), request);
        if (package) {
            std::ranges::move(package->source.disks, std::back_inserter(plan.source.disks));
            plan.notices.add(package->notices);
            continue;
        }
        const auto file = H2K_TRY(HostFile::open(path, &allowance));
        const auto fence = request.input_format ? Fence::for_disk(folder_of(file.path()), request.allowed_folders)
                                                : Fence::for_parts(folder_of(file.path()), request.allowed_folders);
        auto found = H2K_TRY(describe_image(file, request.input_format, fence));
        plan.source.disks.push_back(std::move(found.disk));
        plan.notices.add(found.notices);
    }
    return finished(std::move(plan), request);
}

} // namespace h2k
