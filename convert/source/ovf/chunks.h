// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/ovf/envelope.h"
#include "convert/source/package_kind.h"

namespace h2k {

/// Name of the part @number of a file that is split: "NAME.000000000" and so on (DSP0243, "References", chunkSize).
[[nodiscard]] std::string ovf_chunk(const std::string &name, std::uint64_t number);

/// The names of the parts that @file, of the name @name in the package, is split into, and what each of them is.  Parts
/// that are missing, packed, or of another size than the descriptor @ovf says, are H2K_ERROR_SOURCE.
[[nodiscard]] Result<std::vector<std::pair<std::string, Piece>>>
ovf_chunks(const OvfFile &file, const std::string &name, const Members &members, const std::string &ovf);

} // namespace h2k
