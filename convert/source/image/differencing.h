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

/// How the images of a chain are opened and read.
struct ChainSteps {
    std::function<Result<ChainLink>(const HostFile &)> read; ///< of each one, from the top
    std::function<Result<HostFile>(const HostFile &child, const ParentReference &parent)> open;
};

/// Describes the chain of images of @kind whose top is @file.  Each parent has to be what its child says that it is:
/// one that is missing, a different one, of another size or its own child is H2K_ERROR_SOURCE.
[[nodiscard]] Result<DescribedDisk> describe_chain(const ImageKind &kind, const HostFile &file,
                                                   const ChainSteps &steps);
/// The same where each parent is opened through @fence by the names that its child has for it.
[[nodiscard]] Result<DescribedDisk> describe_chain(const ImageKind &kind, const HostFile &file, const Fence &fence,
                                                   Result<ChainLink> (*read)(const HostFile &));

} // namespace h2k
