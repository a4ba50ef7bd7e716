// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/pipeline/parallel.h"
#include "convert/pipeline/toolbox.h"

namespace h2k {

/// One checksum that was computed.
struct Checksum {
    std::string path; ///< of a file, or the name that a manifest has for it
    GChecksumType algorithm = G_CHECKSUM_SHA256;
    std::string value;
    bool promised = false; ///< a manifest says the same
};

/// The copy of one disk, and what is read and verified on the way.
struct DiskCopy {
    Conversion conversion;
    std::vector<Digest> digests; ///< promised for the bytes that the conversion reads
    std::vector<Piece> inputs;   ///< files whose SHA-256 is wanted
    bool checksum = false;       ///< is the result's wanted?
    // What came of it:
    std::vector<Checksum> found;
    std::string result_sha256;
};

/// Converts one disk.  What is hashed is read in step with the conversion, so that the host reads it once from its
/// disks while its page cache has it.
[[nodiscard]] Result<> copy_disk(DiskCopy &copy, const Toolbox &tools, const Task &task);

} // namespace h2k
