// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/direct_start.h"

namespace h2k {

namespace {

/// The hardware is that of a machine with UEFI.
void leave_out_uefi(DomainSpec &spec) {
    auto &machine = spec.machine;
    if (machine.firmware != Firmware::uefi)
        return;
    machine.chipset = Chipset::q35;
    machine.firmware = Firmware::bios;
    machine.secure_boot = false;
    spec.nvram.clear();
}

} // namespace

Result<std::string> start_directly(PreparedCopy copy, const KernelPlan &plan, DomainSpec &spec, BootEvidence &evidence,
                                   GCancellable *cancel) {
    if (!copy.kernel)
        return std::move(copy.doubt);
    auto placed = place_kernel(*copy.kernel, plan, cancel);
    H2K_CHECK(check_cancelled(cancel));
    if (!placed)
        return std::string{placed.error().message()};
    spec.kernel = placed->image;
    spec.initramfs = placed->initramfs;
    spec.kernel_arguments = placed->arguments;
    leave_out_uefi(spec);
    evidence.start = StartedBy::kernel;
    evidence.kernel_image = placed->is_uncompressed ? "vmlinux" : "bzImage";
    evidence.added_arguments = placed->added;
    return std::string{};
}

} // namespace h2k
