// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/guest/file_calls.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What is in an initramfs image.
struct InitramfsContent {
    std::vector<std::string> names; ///< of all that is not a folder, without leading "./" or "/", in the image's order
    std::string last;               ///< how its last part is compressed: "plain", "gzip", "lz4" …
    std::uint64_t bytes = 0;        ///< of the image
};
/// Lists an initramfs image.
/// @image: a row of cpio archives (newc), plain or compressed, with zeros between them, as the kernel unpacks it.
/// @name: of the image, safe to print.  It is read by virt-hyper2kvm-archive.  Damaged, truncated or oversized images
/// are H2K_ERROR_SOURCE. Source of the format: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
[[nodiscard]] Result<InitramfsContent> list_initramfs(std::string_view image, const std::string &name,
                                                      GCancellable *cancel);

} // namespace h2k
