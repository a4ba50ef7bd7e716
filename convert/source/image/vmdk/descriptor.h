// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// One extent line of a descriptor.
struct VmdkExtent {
    std::string access;        ///< "RW", "RDONLY" or "NOACCESS"
    std::uint64_t sectors = 0; ///< of 512 bytes; never 0, never more than largest_disk
    std::string type;          ///< "FLAT", "SPARSE", "VMFS", "ZERO", …
    std::string file;          ///< without the quotes, as UTF-8 where the encoding is known; empty for ZERO
    bool has_offset = false;
    std::uint64_t offset = 0; ///< sector in @file where a flat extent starts
};

/// What the text of a VMDK descriptor says.
struct VmdkDescriptor {
    std::string create_type;
    std::uint32_t cid = 0;
    std::uint32_t parent_cid = 0xffffffff;
    std::string parent_hint;  ///< parentFileNameHint; empty where there is none
    std::string adapter_type; ///< ddb.adapterType, lower case
    std::string uuid;         ///< ddb.uuid, 32 hexadecimal digits in lower case; empty where there is none
    bool encrypted = false;
    bool plain_ids = false; ///< qemu, which searches the plain text, finds the same CID and parentCID
    std::vector<VmdkExtent> extents;
    std::uint64_t sectors = 0; ///< sum of all extents
};

constexpr std::uint32_t vmdk_no_parent = 0xffffffff;
/// Longest text descriptor that qemu reads whole.
constexpr std::size_t longest_vmdk_descriptor = (1u << 20) - 1;

/// Does @head start like the text of a descriptor?
[[nodiscard]] bool is_vmdk_descriptor(std::string_view head);

/// Parses a descriptor: VMware "Virtual Disk Format 5.0", "The Descriptor File".  It ends at the first zero byte.
/// Every line has to be understood, since qemu reads the text in a laxer way and must not see more extents or parents
/// than this parser does; of a text descriptor it gets one of ours.  Errors are H2K_ERROR_SOURCE and name the line.
[[nodiscard]] Result<VmdkDescriptor> parse_vmdk_descriptor(std::string_view text);

} // namespace h2k
