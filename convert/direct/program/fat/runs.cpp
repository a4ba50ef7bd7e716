// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/fat/runs.h"
#include <algorithm>

namespace h2k {

namespace {

/// Calls @done for the place of each part of [@offset, @offset + @length).
template <typename F>
Outcome<> each_part(const std::vector<FatRun> &runs, std::uint64_t offset, std::uint64_t length, F &&done) {
    for (const auto &run : runs) {
        if (length == 0)
            break;
        if (offset >= run.bytes) {
            offset -= run.bytes;
            continue;
        }
        const auto count = std::min(length, run.bytes - offset);
        H2K_CHECK(from_disk(done(run.offset + offset, count)));
        length -= count;
        offset = 0;
    }
    if (length != 0)
        return damaged_fat();
    return {};
}

} // namespace

std::vector<FatRun> runs_of(const FatGeometry &geometry, const FatChain &chain) {
    std::vector<FatRun> runs;
    for (const auto cluster : chain) {
        const auto offset = geometry.offset_of(cluster);
        if (!runs.empty() && runs.back().offset + runs.back().bytes == offset)
            runs.back().bytes += geometry.cluster_bytes;
        else
            runs.push_back({.offset = offset, .bytes = geometry.cluster_bytes});
    }
    return runs;
}

Outcome<> read_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset, std::span<char> to) {
    return each_part(runs, offset, to.size(), [&](std::uint64_t at, std::uint64_t count) {
        const auto part = to.first(count);
        to = to.subspan(count);
        return bytes.read(at, part);
    });
}

Outcome<> write_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset, std::string_view from) {
    return each_part(runs, offset, from.size(), [&](std::uint64_t at, std::uint64_t count) {
        const auto part = from.substr(0, count);
        from.remove_prefix(count);
        return bytes.write(at, part);
    });
}

Outcome<> clear_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset, std::uint64_t length) {
    return each_part(runs, offset, length,
                     [&](std::uint64_t at, std::uint64_t count) { return bytes.discard(at, count); });
}

} // namespace h2k
