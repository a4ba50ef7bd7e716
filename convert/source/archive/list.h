// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/format/host_file.h"
#include <vector>

namespace h2k {

/// A file in an archive.
struct ArchiveMember {
    std::string name;                    ///< in the spelling of member_name()
    std::uint64_t size = 0;              ///< bytes; as the archive says where it was not read to its end
    std::optional<std::uint64_t> offset; ///< where its bytes lie in the archive as they are; null: packed
    std::string head;                    ///< its first bytes, where it is large enough for a disk
    std::optional<std::string> text; ///< all of it, of the description of a machine, a VMDK descriptor or a manifest
};

/// What is in an archive, as far as it was read.
struct ArchiveList {
    std::vector<ArchiveMember> members; ///< files alone, in the archive's order
    bool whole = true;                  ///< false: more may follow
    Notices notices;
};

/// Most bytes of an OVF descriptor or a manifest.
constexpr std::size_t longest_descriptor = 8u << 20;
/// Anything smaller cannot be a disk with a system on it.
constexpr std::uint64_t smallest_disk = 1u << 20;

/// Lists the archive @file.  A plain tar archive and a zip archive are listed without reading their data.  Others have
/// to be unpacked for that: so the list ends after an OVF descriptor and its manifest, which DSP0243 (2.1.1, 6.4) puts
/// first.  Where the manifest is the last member or missing, everything is read, since the data plane must know what to
/// verify when it unpacks.  64 GiB are read at most.
[[nodiscard]] Result<ArchiveList> list_archive(const HostFile &file);

/// Lists the archives that are the members @names of the archive @file, in their order in the archive, in one pass.
[[nodiscard]] Result<std::vector<std::pair<std::string, ArchiveList>>>
list_inner_archives(const HostFile &file, const std::vector<std::string> &names);

/// Does a part of @name start with '.', as in what macOS adds to archives?  "__MACOSX" counts too.
[[nodiscard]] bool is_hidden(const std::string &name);

} // namespace h2k
