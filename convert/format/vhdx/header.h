// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <string>

namespace h2k {

/// The current one of the two headers of a VHDX: [MS-VHDX] section 2.2.2.
struct VhdxHeader {
    std::uint64_t offset = 0; ///< in the file
    std::string bytes;
    std::string identity; ///< DataWriteGuid
    std::string log_guid; ///< of the entries that count; empty: the log has nothing to be replayed
    Window log;
};

[[nodiscard]] bool is_vhdx(std::string_view head);

/// Is the CRC-32C at the fifth byte of @part right?  It is computed with its own four bytes zero.
[[nodiscard]] bool has_vhdx_checksum(std::string part);
/// Puts it there.
void put_vhdx_checksum(std::string &part);

/// Reads and checks the headers: one that is damaged does not count, and neither does an older one.
[[nodiscard]] Result<VhdxHeader> read_vhdx_header(const HostFile &file);

} // namespace h2k
