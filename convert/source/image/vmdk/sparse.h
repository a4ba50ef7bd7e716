// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <cstdint>
#include <string>

namespace h2k {

/// The header of a sparse extent, or its footer where that holds.  All in sectors of 512 bytes.
struct VmdkSparseHeader {
    std::uint32_t version = 0;
    std::uint64_t capacity = 0;
    std::uint64_t grain_sectors = 0;
    std::uint64_t descriptor_offset = 0; ///< 0: no descriptor in this file
    std::uint64_t descriptor_sectors = 0;
    std::uint32_t entries_per_table = 0;
    std::uint64_t directory_offset = 0;
    bool footer = false; ///< the footer says where the directory is
    bool compressed = false;
    bool unclean = false; ///< was open when its writer stopped
};

[[nodiscard]] bool is_vmdk_sparse(std::string_view head);

/// Reads and checks header and footer: VMware "Virtual Disk Format 5.0", "Hosted Sparse Extents" and
/// "Stream-Optimized Compressed Sparse Extents".
[[nodiscard]] Result<VmdkSparseHeader> read_vmdk_sparse(const HostFile &file);

[[nodiscard]] bool is_vmdk_cowd(std::string_view head);

/// The header of an ESX Server sparse extent, which snapshots on VMFS are kept in: "Virtual Disk Format 5.0", "ESX
/// Server Sparse Extents".  It has no descriptor of its own and no disk larger than 2 TiB.
[[nodiscard]] Result<VmdkSparseHeader> read_vmdk_cowd(const HostFile &file);

[[nodiscard]] bool is_vmdk_se_sparse(std::string_view head);

/// Checks a seSparse extent, which snapshots on VMFS 6 are kept in, with all its tables: as check_vmdk_grains.  One
/// whose journal has to be replayed is H2K_ERROR_SOURCE.
[[nodiscard]] Result<VmdkSparseHeader> check_vmdk_se_sparse(const HostFile &file);

/// Text of the embedded descriptor, without padding.
[[nodiscard]] Result<std::string> read_embedded_descriptor(const HostFile &file, const VmdkSparseHeader &header);

/// Walks the grain directory and all grain tables: each of them, and each grain that they name, lies within the file.
/// qemu reads zeros where a file ends early and would not report a truncated copy.  No grain may be named twice, or a
/// small file could hold any number of bytes.  Returns how many bytes of the disk are compressed.
[[nodiscard]] Result<std::uint64_t> check_vmdk_grains(const HostFile &file, const VmdkSparseHeader &header);

} // namespace h2k
