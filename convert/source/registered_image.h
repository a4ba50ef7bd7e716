// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/source/image_kind.h"
#include <functional>

namespace h2k {

/// An image as the list of media of a VirtualBox machine has it.
struct RegisteredImage {
    std::string uuid;     ///< as uuid_of() returns it
    std::string location; ///< as written
};

/// Describes the disk whose image is @file.  A VDI says of its parent only which UUID it has, so @chain, the image
/// itself and its parents, says where each one is; @open opens them.  What is listed has to be what the headers say,
/// else H2K_ERROR_SOURCE.
[[nodiscard]] Result<DescribedDisk>
describe_registered(const HostFile &file, std::span<const RegisteredImage> chain,
                    const std::function<Result<HostFile>(const std::string &location)> &open);

} // namespace h2k
