// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/fence.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/image/vmdk/sparse.h"
#include <string>

namespace h2k {

/// One extent of a text descriptor, as it lies on the host.
struct VmdkPart {
    Extent extent; ///< its sectors as qemu counts them
    Compressed compressed{};
    bool unclean = false; ///< was open when its writer stopped
};

/// Refuses a createType or an extent's type that cannot be read, and says what it is.
[[nodiscard]] Result<> check_vmdk_type(const HostFile &file, const std::string &type);

/// Opens and checks the extent of one line of @descriptor: within the fence, with the name of a VMDK, not hidden, not
/// truncated.
[[nodiscard]] Result<VmdkPart> check_vmdk_extent(const HostFile &descriptor, const VmdkExtent &extent,
                                                 const Fence &fence);

/// Has a sparse extent the size that its descriptor says?  Writers may round the capacity up to whole grains.
[[nodiscard]] bool has_size_of(const VmdkSparseHeader &header, const VmdkExtent &extent);

} // namespace h2k
