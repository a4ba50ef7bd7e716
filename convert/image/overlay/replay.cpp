// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/overlay/replay.h"
#include "convert/format/changes.h"
#include "convert/format/limits.h"
#include "convert/image/nbd/disk.h"
#include "convert/image/new_file.h"
#include "convert/image/overlay/new_qcow2.h"

namespace h2k {

namespace {

/// What @image is stored in, as bytes.
Image stored(const Image &image, std::uint64_t bytes) {
    return {.path = image.path, .window = image.window, .format = DiskFormat::raw, .bytes = bytes, .held = image.held};
}

Result<> write_patches(const Disk &disk, const HostFile &file, GCancellable *cancel) {
    auto to = H2K_TRY(NbdDisk::open(disk, NbdDisk::Access::write, cancel));
    for (const auto &patch : file.patches())
        H2K_CHECK(patch.bytes.empty() ? to.zero(patch.offset, patch.length) : to.write(patch.offset, patch.bytes));
    return to.finish();
}

} // namespace

Result<> replay_log(Image &image, const std::string &beside, GCancellable *cancel) {
    const auto file = H2K_TRY(HostFile::open(image));
    const auto read = H2K_TRY(as_read(file, image.format));
    const auto bytes = (read.size() + sector_size - 1) / sector_size * sector_size;
    const auto path = beside + ".log";
    auto made = H2K_TRY(NewFile::create(path)); // removed at once: only its descriptor is used
    const Disk disk{.top = {.path = path, .format = DiskFormat::qcow2, .bytes = bytes, .held = made.held()},
                    .below = {stored(image, bytes)}};
    H2K_CHECK(create_empty_qcow2(disk.top));
    H2K_CHECK(write_patches(disk, read, cancel));
    image.replayed = made.held();
    return {};
}

} // namespace h2k
