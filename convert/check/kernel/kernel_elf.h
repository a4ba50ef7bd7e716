// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace h2k {

/// Where an uncompressed kernel lies and begins, physical addresses.
struct KernelPlace {
    std::uint64_t entry = 0; ///< by the note of PVH
    std::uint64_t end = 0;   ///< of the memory that it takes when it is loaded
};

/// That of @elf, a vmlinux for x86-64, if QEMU can start it by the boot protocol of PVH: exactly one note of that type
/// in its program headers, Xen's, whose entry is in a loaded segment.  Null for all else.
/// Source: ELF-64 Object File Format 1.5; Xen, xen/include/public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY; what QEMU takes
/// of it: include/hw/elf_ops.h.
[[nodiscard]] std::optional<KernelPlace> pvh_kernel(std::string_view elf);

} // namespace h2k
