// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/overlay/flatten.h"
#include "convert/base/zeros.h"
#include "convert/format/changes.h"
#include "convert/image/nbd/disk.h"
#include "convert/image/node.h"
#include <algorithm>
#include <ranges>

namespace h2k {

namespace {

constexpr std::size_t copied_at_once = 1u << 20;

/// Copies one run out of an image, in parts that limit the memory.
Result<> copy_run(const HostFile &from, std::uint64_t at, NbdDisk &to, std::uint64_t offset, std::uint64_t length) {
    while (length > 0) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(length, copied_at_once));
        const auto bytes = H2K_TRY(from.read(at, part));
        H2K_CHECK(to.write(offset, bytes));
        at += part;
        offset += part;
        length -= part;
    }
    return {};
}

/// What a differencing VHD, VHDX or VDI holds.
Result<> write_differences(NbdDisk &disk, const Image &image, std::uint64_t most, GCancellable *cancel) {
    const auto stored = H2K_TRY(HostFile::open(image));
    const auto file = H2K_TRY(as_read(stored, image.format));
    return for_each_change(
        file, image.format,
        [&](std::uint64_t offset, std::uint64_t length, std::optional<std::uint64_t> at) -> Result<> {
            H2K_CHECK(check_cancelled(cancel));
            if (offset >= most)
                return {};
            length = std::min(length, most - offset);
            return at ? copy_run(file, *at, disk, offset, length) : disk.zero(offset, length);
        });
}

Result<> copy_own(NbdDisk &disk, NbdDisk &link, std::uint64_t offset, std::uint64_t length) {
    std::string buffer;
    while (length > 0) {
        buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(length, copied_at_once)));
        H2K_CHECK(link.read(offset, buffer));
        H2K_CHECK(is_all_zeros(buffer) ? disk.zero(offset, buffer.size()) : disk.write(offset, buffer));
        offset += buffer.size();
        length -= buffer.size();
    }
    return {};
}

/// What a qcow2 or VMDK with a backing file holds itself: QEMU reads it alone, and reports which parts are allocated.
Result<> write_own(NbdDisk &disk, const Image &image, std::uint64_t most, GCancellable *cancel) {
    const Disk alone{.top = image};
    auto link = H2K_TRY(NbdDisk::open(alone, NbdDisk::Access::own, cancel));
    most = std::min(most, link.size());
    for (std::uint64_t at = 0; at < most;) {
        const auto run = H2K_TRY(link.extent(at));
        const auto length = std::min(run.length, most - at);
        if (!run.empty)
            H2K_CHECK(copy_own(disk, link, at, length));
        at += length;
    }
    return link.finish();
}

Result<> write_link(NbdDisk &disk, const Image &image, GCancellable *cancel) {
    const auto most = std::min(image.bytes, disk.size());
    H2K_CHECK(is_differencing(image) ? write_differences(disk, image, most, cancel)
                                     : write_own(disk, image, most, cancel));
    // Beyond the end of a shorter image, the images above it read zeros, not what lies below.
    return disk.zero(most, disk.size() - most);
}

} // namespace

Result<> write_links(const Disk &overlay, std::span<const Image> chain, GCancellable *cancel) {
    auto disk = H2K_TRY(NbdDisk::open(overlay, NbdDisk::Access::write, cancel));
    for (const auto &image : chain | std::views::reverse)
        H2K_CHECK(write_link(disk, image, cancel));
    return disk.finish();
}

} // namespace h2k
