// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/archive/archive.h"
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
                        printable(disk.top.path).c_str());
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
        if (!plan.source.disks[i].fetch && !plan.source.disks[i].top.window)
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

Result<> complete_disk(Disk &disk, const std::string &path, std::vector<std::string> &warnings) {
    const auto file = H2K_TRY(HostFile::open(path));
    auto found = H2K_TRY(describe_image(file, std::nullopt, Fence::nothing()));
    found.disk.id = disk.id;
    found.disk.bus = disk.bus;
    if (disk.top.bytes != 0)
        H2K_CHECK(require_declared_size(found.disk, disk.top.bytes, disk.fetch ? disk.fetch->name : file.name()));
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
