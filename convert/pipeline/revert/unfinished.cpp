// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/revert/unfinished.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/document/json.h"
#include "convert/format/host_file.h"
#include "convert/image/qemu_files.h"
#include "convert/model/fields/reader.h"
#include "convert/model/fields/writer.h"
#include "convert/pipeline/state.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace h2k {

template <class A, Is<UnfinishedImage> T> void fields(A &a, T &image) {
    a.required("path", image.path);
    a.required("device", image.device);
    a.required("inode", image.inode);
    a.required("overlay", image.overlay);
    a.required("format", image.format);
    a.required("bytes", image.bytes);
}

template <class A, Is<UnfinishedRevert> T> void fields(A &a, T &revert) { a.required("images", revert.images); }

namespace {

constexpr const char *record = "/revert.json";
constexpr std::size_t longest_record = 1u << 20;
constexpr std::size_t most_reverts = 4096;

bool is_private(const std::string &folder) {
    struct stat st{};
    return lstat(folder.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

void write_through(const std::string &path, int flags = 0) {
    // Not every file system can; that is no reason to stop.
    if (const int why = sync_path(path, flags); why != 0)
        g_debug("%s: %s", path.c_str(), g_strerror(why));
}

bool is_of(const UnfinishedImage &image, const HeldFile &file) {
    struct stat st{};
    return fstat(file.get(), &st) == 0 && st.st_dev == image.device && st.st_ino == image.inode;
}

Result<UnfinishedRevert> read_revert(const std::string &folder) {
    const auto text = H2K_TRY(read_file(folder + record, longest_record));
    const auto document = H2K_TRY(read_json(text, folder + record));
    UnfinishedRevert revert{.folder = folder, .images = {}};
    FieldReader reader{document.root, Missing::refused};
    fields(reader, revert);
    H2K_CHECK(reader.finish());
    return revert;
}

/// The image as it is written: the very file, whatever its name leads to now.
Result<HeldFile> image_of(const Run &run, const UnfinishedImage &image) {
    for (const auto &disk : run.disks)
        if (is_of(image, disk.source.top.held))
            return disk.source.top.held;
    const auto file = HostFile::open(image.path);
    if (file && is_of(image, file->held()))
        return file->held();
    return fail(H2K_ERROR_SOURCE,
                _("A revert was interrupted while it wrote “%s”, which is no longer there; move the image back, and "
                  "run the command again."),
                printable(image.path).c_str());
}

Result<> finish_image(Run &run, const UnfinishedRevert &revert, const UnfinishedImage &image) {
    const auto overlay = revert.folder + "/" + image.overlay;
    if (!path_exists(overlay)) // it is in its image already
        return {};
    const auto held = H2K_TRY(image_of(run, image));
    const auto top = H2K_TRY(open_own_image(overlay));
    const Disk disk{.top = {.path = overlay, .format = DiskFormat::qcow2, .bytes = image.bytes, .held = top},
                    .below = {{.path = image.path, .format = image.format, .bytes = image.bytes, .held = held}}};
    if (auto done = run.tools.commit_overlay(disk); !done)
        return fail(H2K_ERROR_TARGET,
                    _("%s No data is lost. When the cause is fixed, run the command again, which finishes the revert; "
                      "until then the guest must not be started."),
                    done.error().message());
    unlink(overlay.c_str());
    for (auto &reverted : run.disks)
        if (is_of(image, reverted.source.top.held))
            reverted.published = {.disk = reverted.source};
    return {};
}

} // namespace

Result<std::string> revert_parent() {
    auto parent = state_folder() + "/reverts";
    H2K_CHECK(make_folder(parent, 0700));
    for (const auto &folder : {folder_of(parent), parent})
        if (!is_private(folder))
            return fail(H2K_ERROR_TARGET,
                        _("“%s” can be written by other users, who could change what a revert writes into an image."),
                        folder.c_str());
    return parent;
}

Result<UnfinishedRevert> keep_unfinished(const Run &run) {
    const auto parent = H2K_TRY(revert_parent());
    UnfinishedRevert revert{.folder = parent + "/" + run.job, .images = {}};
    const auto fresh = run.work->file("revert");
    H2K_CHECK(make_folder(fresh, 0700));
    for (const auto &disk : run.disks) {
        struct stat st{};
        if (fstat(disk.source.top.held.get(), &st) != 0)
            return fail(H2K_ERROR_FAILED, "%s: %s", disk.source.top.path.c_str(), g_strerror(errno));
        const auto &image = revert.images.emplace_back(
            UnfinishedImage{.path = disk.source.top.path,
                            .device = st.st_dev,
                            .inode = st.st_ino,
                            .overlay = "disk" + std::to_string(revert.images.size()) + ".qcow2",
                            .format = disk.source.top.format,
                            .bytes = disk.source.top.bytes});
        write_through(disk.overlay.top.path);
        H2K_CHECK(publish(disk.overlay.top.path, fresh + "/" + image.overlay));
    }
    JsonWriter out;
    FieldWriter writer{out};
    out.object([&] { fields(writer, revert); });
    H2K_CHECK(write_file(fresh + record, out.text()));
    write_through(fresh, O_DIRECTORY);
    H2K_CHECK(publish(fresh, revert.folder));
    write_through(folder_of(revert.folder), O_DIRECTORY);
    return revert;
}

Result<std::optional<UnfinishedRevert>> find_unfinished(const std::vector<DiskWork> &disks) {
    const auto parent = H2K_TRY(revert_parent());
    std::error_code error;
    std::size_t count = 0;
    std::filesystem::directory_iterator entry{parent, error};
    for (; !error && entry != std::filesystem::directory_iterator{} && count++ < most_reverts; entry.increment(error)) {
        auto revert = is_private(entry->path()) ? read_revert(entry->path())
                                                : fail(H2K_ERROR_FAILED, "%s", entry->path().c_str());
        const auto writes = [&](const DiskWork &disk) {
            return std::ranges::any_of(revert->images,
                                       [&](const auto &image) { return is_of(image, disk.source.top.held); });
        };
        if (revert && std::ranges::any_of(disks, writes))
            return *std::move(revert);
    }
    return std::nullopt;
}

Result<> finish_revert(Run &run, const UnfinishedRevert &revert) {
    for (const auto &image : revert.images)
        H2K_CHECK(finish_image(run, revert, image));
    std::error_code ignored;
    std::filesystem::remove_all(revert.folder, ignored);
    return {};
}

} // namespace h2k
