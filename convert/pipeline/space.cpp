// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/space.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t repair_space = 256u << 20; ///< what repairing a guest writes, roughly

/// Bytes that hold the disk's data now.
std::uint64_t stored(const Disk &disk) {
    std::uint64_t bytes = 0;
    if (disk.fetch)
        for (const auto &piece : disk.fetch->pieces)
            bytes += piece.window ? piece.window->length : allocated_bytes(piece.path);
    else if (disk.top.window)
        bytes = disk.top.window->length;
    else
        for (const auto &file : disk.files)
            bytes += allocated_bytes(file);
    return disk.top.bytes ? std::min(bytes, disk.top.bytes) : bytes;
}

/// The size that the disk will have.
std::uint64_t grown(const Disk &disk, std::size_t index, const Request &request) {
    std::uint64_t bytes = disk.top.bytes;
    for (const auto &growth : request.growths)
        if (growth.disk == index)
            bytes = std::max(bytes, growth.relative ? bytes + growth.bytes : growth.bytes);
    return bytes;
}

std::uint64_t needed_for(const Disk &disk, std::size_t index, const Request &request) {
    const bool whole = request.preallocation == Preallocation::falloc || request.preallocation == Preallocation::full;
    std::uint64_t bytes = stored(disk);
    // A packed disk is there unpacked and converted; how well it is packed, only unpacking shows.
    const std::uint64_t unpacked = disk.fetch ? bytes : 0;
    bytes += bytes / 10;
    return unpacked + (whole ? std::max(grown(disk, index, request), bytes) : bytes);
}

} // namespace

Result<> require_space(const std::string &folder, const Machine &source, const Request &request) {
    std::uint64_t needed = repair_space;
    for (std::size_t i = 0; i < source.disks.size(); ++i)
        needed += needed_for(source.disks[i], i, request);
    for (const auto &iso : source.isos)
        needed += iso.bytes;
    const auto free = H2K_TRY(free_bytes(folder));
    if (free < needed)
        return fail(H2K_ERROR_TARGET, _("“%s” has %s of free space, and the import needs about %s."), folder.c_str(),
                    size_for_people(free).c_str(), size_for_people(needed).c_str());
    return {};
}

Result<> explain_full_host(const std::string &folder, Result<> outcome) {
    constexpr std::uint64_t nothing = 4u << 20;
    if (!outcome && outcome.error().is(H2K_ERROR_FAILED) && free_bytes(folder).value_or(nothing) < nothing)
        return fail(H2K_ERROR_TARGET, _("No space is left in “%s”."), folder_of(folder).c_str());
    return outcome;
}

} // namespace h2k
