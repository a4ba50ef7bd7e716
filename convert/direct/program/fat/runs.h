// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/fat/table.h"
#include <span>

namespace h2k {

/// Bytes of a file or a folder that lie in a row on the device.
struct FatRun {
    std::uint64_t offset = 0, bytes = 0;
};

[[nodiscard]] std::vector<FatRun> runs_of(const FatGeometry &geometry, const FatChain &chain);

// What lies at @offset in @runs, which have it.
[[nodiscard]] Outcome<> read_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset,
                                  std::span<char> to);
[[nodiscard]] Outcome<> write_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset,
                                   std::string_view from);
[[nodiscard]] Outcome<> clear_runs(Bytes &bytes, const std::vector<FatRun> &runs, std::uint64_t offset,
                                   std::uint64_t length);

} // namespace h2k
