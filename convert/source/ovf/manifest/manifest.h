// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// One line of a manifest.
struct ManifestEntry {
    std::string name; ///< of the file, as the manifest spells it
    GChecksumType algorithm = G_CHECKSUM_SHA1;
    std::string digest; ///< hexadecimal digits, lower case
};

struct Manifest {
    std::vector<ManifestEntry> entries;
    Notices notices;
};

/// The checksums that a manifest gives, each file known by one name.
class KnownChecksums {
  public:
    /// Is that of @entry for @file new?  H2K_ERROR_SOURCE if another one is known.  @manifest: its name, printable.
    [[nodiscard]] Result<bool> add(const std::string &file, const ManifestEntry &entry, const std::string &manifest);

  private:
    std::map<std::pair<std::string, GChecksumType>, std::string> digests_;
};

/// Longest manifest that is read, in bytes.
constexpr std::size_t longest_manifest = 1u << 20;

/// Reads a manifest: DSP0243, "Manifest file": lines of "SHA256(NAME)= DIGEST", or as sha256sum
/// writes them, with SHA-1, SHA-2 or MD5.  Line ends and blanks of any kind are taken; a line that cannot be read is a
/// warning, a file with two different digests H2K_ERROR_SOURCE.  @name: of the manifest, printable.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text, const std::string &name);

} // namespace h2k
