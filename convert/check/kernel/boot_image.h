// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace h2k {

/// The largest kernel image of a guest that is read, and the largest kernel that is unpacked from one, bytes.
constexpr std::uint64_t most_kernel_image = std::uint64_t{128} << 20, most_kernel = std::uint64_t{256} << 20;

/// Is @image a bzImage, which QEMU starts by itself?
/// Source: Linux, Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
[[nodiscard]] bool is_boot_image(std::string_view image);

/// The compressed kernel in a bzImage for x86-64, as a view of @image; null: it has none, or says nothing of it, as
/// before version 2.08 of the protocol.  Source: as above, "payload_offset".
[[nodiscard]] std::optional<std::string_view> kernel_payload(std::string_view image);

/// @payload, in whatever compression a kernel image has, unpacked by virt-hyper2kvm-archive; longer than most_kernel is
/// H2K_ERROR_SOURCE, as is all that is damaged.
[[nodiscard]] Result<std::string> unpacked_kernel(std::string_view payload, GCancellable *cancel);

} // namespace h2k
