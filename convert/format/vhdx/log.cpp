// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhdx/log.h"
#include "convert/base/i18n.h"
#include "convert/format/limits.h"
#include "convert/format/vhdx/header.h"
#include "convert/format/vhdx/log_entry.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

/// Where a log may write: after the file's identifier and the headers, of which only one counts.
constexpr std::uint64_t first_logged = 192u << 10;
constexpr std::uint64_t largest_file = 2 * largest_disk;
/// Only tables and bitmaps are logged.
constexpr std::uint64_t most_zeros = std::uint64_t{1} << 30;

std::unexpected<Error> damaged_log(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE,
                _("“%s” was not closed properly, and its log, which has to be replayed, is damaged: copy it from its "
                  "host again, or start and shut down its machine in Hyper-V."),
                file.name().c_str());
}

using Sequence = std::vector<VhdxLogEntry>;

/// The valid entries that follow each other from @at on, in rising order.
Sequence sequence_at(VhdxLogRing &ring, std::uint64_t at) {
    Sequence found;
    std::uint64_t length = 0;
    for (auto entry = ring.entry(at); entry; entry = ring.entry((at + length) % ring.size())) {
        const bool follows = found.empty() || entry->sequence == found.back().sequence + 1;
        if (!follows || entry->length > ring.size() - length)
            break;
        length += entry->length;
        found.push_back(*entry);
        if (length == ring.size())
            break;
    }
    return found;
}

/// The part of @entries that is not known to be in the file: from the tail that the last one names.  Empty: it names
/// none of them, and they do not count.
Sequence active_part(Sequence entries) {
    if (entries.empty())
        return {};
    const auto tail = std::ranges::find(entries, entries.back().tail, &VhdxLogEntry::at);
    entries.erase(entries.begin(), tail);
    return entries;
}

/// [MS-VHDX] section 2.3.3: of all sequences the one whose last number is the highest.
Sequence active_sequence(VhdxLogRing &ring) {
    Sequence best;
    std::set<std::uint64_t> seen; // what is a part of a longer sequence is no better by itself
    for (std::uint64_t at = 0; at < ring.size(); at += VhdxLogRing::unit) {
        if (seen.contains(at))
            continue;
        auto entries = sequence_at(ring, at);
        for (const auto &entry : entries)
            seen.insert(entry.at);
        auto active = active_part(std::move(entries));
        if (!active.empty() && (best.empty() || active.back().sequence > best.back().sequence))
            best = std::move(active);
    }
    return best;
}

bool overlaps(const Patch &patch, const Window &region) {
    return patch.offset < region.offset + region.length && region.offset < patch.offset + patch.length;
}

/// Refuses what lies outside of the file or where no log writes.
Result<> check_patches(const HostFile &file, const Window &log, const std::vector<Patch> &patches, std::uint64_t size) {
    std::uint64_t zeros = 0;
    for (const auto &patch : patches) {
        const bool is_inside = patch.offset <= size && patch.length <= size - patch.offset;
        if (patch.bytes.empty() && is_inside)
            zeros += patch.length; // a file's size at most: no sum overflows
        if (!is_inside || patch.offset < first_logged || overlaps(patch, log) || zeros > most_zeros)
            return damaged_log(file);
    }
    return {};
}

Result<VhdxLogRing> read_ring(const HostFile &file, const VhdxHeader &header) {
    const auto &[offset, length] = header.log;
    if (length == 0 || length % VhdxLogRing::unit != 0 || offset < mebibyte || offset % VhdxLogRing::unit != 0)
        return damaged_log(file);
    if (length > VhdxLogRing::most_bytes)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” was not closed properly, and its log is larger than is supported: start and shut down its "
                      "machine in Hyper-V, or run “qemu-img check -r all” on a copy."),
                    file.name().c_str());
    if (!file.holds(offset, length))
        return truncated(file, "VHDX");
    return VhdxLogRing{H2K_TRY(file.read(offset, static_cast<std::size_t>(length))), header.log_guid};
}

/// The header without its log.
Patch closed(const VhdxHeader &header) {
    constexpr std::size_t log_guid_at = 48, guid_size = 16;
    Patch patch{.offset = header.offset, .length = header.bytes.size(), .bytes = header.bytes};
    patch.bytes.replace(log_guid_at, guid_size, guid_size, '\0');
    put_vhdx_checksum(patch.bytes);
    return patch;
}

} // namespace

Result<HostFile> replay_vhdx_log(const HostFile &file) {
    const auto header = H2K_TRY(read_vhdx_header(file));
    if (header.log_guid.empty())
        return file.patched({}, file.size());
    auto ring = H2K_TRY(read_ring(file, header));
    const auto entries = active_sequence(ring);
    if (entries.empty())
        return damaged_log(file);
    std::vector<Patch> patches;
    auto size = file.size();
    for (const auto &entry : entries) {
        if (entry.flushed_size > file.size())
            return truncated(file, "VHDX");
        if (entry.last_size > largest_file || !ring.read(entry, patches))
            return damaged_log(file);
        size = std::max(size, entry.last_size);
    }
    H2K_CHECK(check_patches(file, header.log, patches, size));
    patches.push_back(closed(header));
    return file.patched(std::move(patches), size);
}

} // namespace h2k
