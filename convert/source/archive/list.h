// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <vector>

namespace h2k {

/// A file in an archive.
struct ArchiveMember {
    std::string name;                    ///< in the spelling of member_name()
    std::uint64_t size = 0;              ///< bytes; of one that was not read to its end as the archive says
    std::optional<std::uint64_t> offset; ///< where its bytes lie in the archive as they are; null: packed
    std::string head;                    ///< its first bytes, where it is large enough for a disk
    std::optional<std::string> text;     ///< all of it, of an OVF descriptor or a manifest
};

/// What is in an archive, as far as it was read.
struct ArchiveList {
    std::vector<ArchiveMember> members; ///< files alone, in the archive's order
    bool whole = true;                  ///< false: more may follow
    std::vector<std::string> warnings;  ///< whole sentences
};

/// Most bytes of an OVF descriptor or a manifest.
constexpr std::size_t longest_descriptor = 8u << 20;
/// What is smaller than this holds no disk with a system on it.
constexpr std::uint64_t smallest_disk = 1u << 20;

/// Lists the archive @file.  A plain tar archive and a zip archive have it told without their data.  Of others a list
/// costs the unpacking of all before it: so it ends where an OVF descriptor and its manifest have come, which DSP0243
/// (2.1.1, 6.4) puts in front.  Where the manifest is the last member or there is none, everything is read: what the
/// data plane unpacks later it must verify, and what to verify is said here.  64 GiB are read at most.
[[nodiscard]] Result<ArchiveList> list_archive(const HostFile &file);

/// Lists the archives that are the members @names of the archive @file, in their order in the archive, in one pass.
[[nodiscard]] Result<std::vector<std::pair<std::string, ArchiveList>>>
list_inner_archives(const HostFile &file, const std::vector<std::string> &names);

/// Has @name a part that starts with '.', as what macOS adds to archives?  "__MACOSX" counts as one.
[[nodiscard]] bool is_hidden(const std::string &name);

} // namespace h2k
