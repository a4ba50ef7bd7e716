// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/space.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <sys/stat.h>

namespace h2k {

namespace {

constexpr std::uint64_t work_room = 256u << 20; ///< what repairing a guest writes, roughly

std::uint64_t allocated(const std::string &path) {
    struct stat st{};
    return stat(path.c_str(), &st) == 0 ? static_cast<std::uint64_t>(st.st_blocks) * 512 : 0;
}

/// Bytes that hold the disk's data now.
std::uint64_t stored(const Disk &disk) {
    std::uint64_t bytes = 0;
    if (disk.fetch)
        for (const auto &piece : disk.fetch->pieces)
            bytes += piece.window ? piece.window->length : allocated(piece.path);
    else if (disk.top.window)
        bytes = disk.top.window->length;
    else
        for (const auto &file : disk.files)
            bytes += allocated(file);
    return disk.top.bytes ? std::min(bytes, disk.top.bytes) : bytes;
}

/// The size that the disk shall have.
std::uint64_t grown(const Disk &disk, std::size_t index, const Request &wish) {
    std::uint64_t bytes = disk.top.bytes;
    for (const auto &growth : wish.growths)
        if (growth.disk == index)
            bytes = std::max(bytes, growth.relative ? bytes + growth.bytes : growth.bytes);
    return bytes;
}

std::uint64_t needed_for(const Disk &disk, std::size_t index, const Request &wish) {
    const bool whole = wish.preallocation == Preallocation::falloc || wish.preallocation == Preallocation::full;
    std::uint64_t bytes = stored(disk);
    // What is packed lies there once unpacked and once converted; how well it is packed, only unpacking tells.
    const std::uint64_t unpacked = disk.fetch ? bytes : 0;
    bytes += bytes / 10;
    return unpacked + (whole ? std::max(grown(disk, index, wish), bytes) : bytes);
}

} // namespace

Result<> require_room(const std::string &folder, const Machine &source, const Request &wish) {
    std::uint64_t needed = work_room;
    for (std::size_t i = 0; i < source.disks.size(); ++i)
        needed += needed_for(source.disks[i], i, wish);
    const auto room = H2K_TRY(free_bytes(folder));
    if (room < needed)
        return fail(H2K_ERROR_TARGET, _("“%s” has room for %s, and the work needs about %s."), folder.c_str(),
                    size_for_people(room).c_str(), size_for_people(needed).c_str());
    return {};
}

} // namespace h2k
