// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/format/parent.h"
#include "convert/source/image_kind.h"
#include <functional>

namespace h2k {

/// One image of a chain, checked, without those below it.
struct ChainLink {
    Image image;
    std::optional<ParentReference> parent{}; ///< null for the lowest one
    Notices notices{};
};

/// Describes the chain of images of @kind whose top is @file: each parent is opened through @fence, has to be what its
/// child says that it is, and is read by @read.  A parent that is missing, a different one, of another size or its own
/// child is H2K_ERROR_SOURCE.
[[nodiscard]] Result<DescribedDisk> describe_chain(const ImageKind &kind, const HostFile &file, const Fence &fence,
                                                   Result<ChainLink> (*read)(const HostFile &));

} // namespace h2k
