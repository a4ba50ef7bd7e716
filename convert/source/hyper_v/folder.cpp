// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/hyper_v/folder.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/plain_name.h"
#include "convert/source/folder/names.h"
#include "convert/source/folder/similar.h"
#include "convert/source/hyper_v/settings.h"
#include <algorithm>
#include <array>
#include <set>

namespace h2k {

namespace {

constexpr std::string_view machines_name = "virtual machines";
constexpr std::size_t most_images = 512;

bool is_folder(const std::string &path) { return g_file_test(path.c_str(), G_FILE_TEST_IS_DIR); }

bool is_settings(const std::string &path, Allowance *allowance) {
    const auto name = lower(path);
    if (name.ends_with(".vmcx"))
        return true;
    if (!name.ends_with(".xml"))
        return false;
    const auto file = HostFile::open(path, allowance);
    const auto head = file ? file->read_some(0, head_size) : Result<std::string>{""};
    return head && is_hyper_v(*head);
}

bool is_image_name(const std::string &path) {
    const auto *facts = format_by_suffix(path);
    return facts && (facts->format == DiskFormat::vhd || facts->format == DiskFormat::vhdx);
}

/// The images of the folder, in the order of their own names.
Result<std::vector<std::string>> images_in(const HyperVFolder &folder) {
    std::vector<std::string> paths;
    for (const auto &place : folder.disks)
        for (const auto &name : folder_names(place)) {
            if (!is_image_name(name) || is_folder(place + "/" + name))
                continue;
            H2K_CHECK(require_plain_name(printable(base_name(folder.root)), name));
            paths.push_back(place + "/" + name);
        }
    if (paths.size() > most_images)
        return fail(H2K_ERROR_SOURCE, _("“%s” holds more than %zu disk images."),
                    printable(base_name(folder.root)).c_str(), most_images);
    std::ranges::stable_sort(paths, {}, [](const std::string &path) { return base_name(path); });
    return paths;
}

} // namespace

HyperVFolder hyper_v_folder(const std::string &path, Allowance *allowance) {
    HyperVFolder found{.root = path, .machines = path, .disks = {}, .settings = {}};
    if (lower(base_name(path)) == machines_name && folder_of(path) != "/")
        found.root = folder_of(path);
    std::vector<std::string> snapshots;
    for (const auto &name : folder_names(found.root)) {
        const auto place = found.root + "/" + name;
        if (lower(name) == machines_name && is_folder(place) && found.root == path)
            found.machines = place;
        else if (lower(name) == "virtual hard disks" && is_folder(place))
            found.disks.push_back(place);
        else if (lower(name) == "snapshots" && is_folder(place))
            snapshots.push_back(place);
    }
    found.disks.insert(found.disks.end(), snapshots.begin(), snapshots.end());
    if (found.disks.empty() || found.machines == found.root)
        found.disks.push_back(found.root);
    for (const auto &name : folder_names(found.machines))
        if (is_settings(found.machines + "/" + name, allowance))
            found.settings.push_back(name);
    return found;
}

Result<std::string> find_hyper_v_file(const HostFile &by, const std::string &written, const HyperVFolder &folder,
                                      const Request &request) {
    H2K_CHECK(require_plain_name(by.name(), written));
    const auto last = base_name(replace_all(written, "\\", "/"));
    auto places = folder.disks;
    places.push_back(folder.root);
    places.push_back(folder_of(by.path()));
    places.insert(places.end(), request.allowed_folders.begin(), request.allowed_folders.end());
    if (last != "." && last != ".." && last != "/" && !last.empty())
        for (const auto &place : places) {
            if (path_exists(place + "/" + last))
                return absolute_path(place + "/" + last);
            if (const auto similar = SimilarNames{folder_names(place)}.find(last))
                return absolute_path(place + "/" + *similar);
        }
    return fail(H2K_ERROR_SOURCE,
                _("“%s” names the file “%s”, which is not in the exported folder; use --allow-folder to allow reading "
                  "from another folder."),
                by.name().c_str(), printable(written).c_str());
}

Result<DescribedDisk> describe_hyper_v_disk(const HostFile &image, const Fence &fence) {
    auto found = H2K_TRY(describe_image(image, std::nullopt, fence));
    if (found.disk.top.format != DiskFormat::vhd && found.disk.top.format != DiskFormat::vhdx)
        return fail(H2K_ERROR_SOURCE, _("“%s” is among the disks of Hyper-V, but is not a VHD or VHDX image."),
                    image.name().c_str());
    return found;
}

Result<> add_hyper_v_disks(CarryPlan &into, const HostFile &settings, const HyperVFolder &folder,
                           const Request &request) {
    const Fence fence{folder.root, true, request.allowed_folders};
    std::vector<DescribedDisk> all;
    std::set<std::string> parents;
    for (const auto &path : H2K_TRY(images_in(folder))) {
        const auto image = H2K_TRY(fence.open(settings, path));
        auto found = H2K_TRY(describe_hyper_v_disk(image, fence));
        for (const auto &below : found.disk.below)
            parents.insert(below.path);
        all.push_back(std::move(found));
    }
    for (auto &one : all) {
        if (parents.contains(one.disk.top.path))
            continue;
        into.notices.add(one.notices);
        into.source.disks.push_back(std::move(one.disk));
    }
    return {};
}

} // namespace h2k
