// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <vector>

namespace h2k {

/// A file in a tar archive.
struct TarMember {
    std::string name;         ///< in the spelling of member_name()
    std::uint64_t size = 0;   ///< bytes
    std::uint64_t offset = 0; ///< of its first byte in the archive
    bool packed = false;      ///< sparse: its bytes are not all there, so it cannot be read in place
};

struct TarIndex {
    std::vector<TarMember> members; ///< in the archive's order, without folders
    bool ended = false;             ///< the end-of-archive marker was there
};

/// The files of the archive @file, which is not compressed: ustar and pax (POSIX.1-2001, "pax Interchange Format"),
/// GNU and version 7.  Their bytes are not read.  Links, devices, names that lead out of the archive or are repeated,
/// more than most_members and a truncated archive are H2K_ERROR_SOURCE.
[[nodiscard]] Result<TarIndex> read_tar_index(const HostFile &file);

} // namespace h2k
