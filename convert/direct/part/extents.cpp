// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/part/extents.h"
#include "convert/base/text.h"

namespace h2k {

Result<std::vector<PartExtent>> read_extents(std::span<const std::string> words) {
    std::vector<PartExtent> extents;
    std::uint64_t left = G_MAXINT64;
    for (const auto &word : words) {
        const auto parts = split(word, ':');
        const bool has_three = parts.size() == 3;
        const auto socket = has_three ? parse_number<unsigned>(parts[0], 0, G_MAXINT) : std::nullopt;
        const auto offset = has_three ? parse_number(parts[1], 0, G_MAXINT64) : std::nullopt;
        const auto length = has_three ? parse_number(parts[2], 1, left) : std::nullopt;
        if (!socket || !offset || !length)
            return fail(H2K_ERROR_USAGE, "%s: not SOCKET:OFFSET:LENGTH", word.c_str());
        extents.push_back({.socket = static_cast<int>(*socket), .offset = *offset, .length = *length});
        left -= *length;
    }
    if (extents.empty())
        return fail(H2K_ERROR_USAGE, "no bytes are named");
    return extents;
}

Result<Part> Part::open(const std::vector<PartExtent> &extents) {
    Part part;
    std::vector<DeviceExtent> joined;
    for (const auto &extent : extents) {
        auto &disk = part.disks[extent.socket];
        if (!disk)
            disk = H2K_TRY(open_disk(extent.socket));
        if (extent.offset > disk->size() || extent.length > disk->size() - extent.offset)
            return fail(H2K_ERROR_USAGE, "the disk on socket %d ends before its part does", extent.socket);
        joined.push_back({.below = disk.get(), .offset = extent.offset, .length = extent.length});
    }
    part.bytes = join_extents(std::move(joined));
    return part;
}

} // namespace h2k
