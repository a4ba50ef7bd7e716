// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/reach.h"
#include "fixers/linux/initramfs/images.h"
#include "fixers/linux/initramfs/kernels.h"
#include "fixers/linux/initramfs/needs.h"
#include "fixers/linux/initramfs/tools.h"
#include <algorithm>

namespace h2k {

namespace {

/// Is all of @needed in the image at @path?  False where it cannot be read.
Result<bool> holds(const GuestView &guest, const std::string &path, const std::vector<std::string> &needed) {
    auto names = guest.initramfs_names(path);
    if (!names && names.error().is(H2K_ERROR_CANCELLED))
        return std::unexpected(std::move(names).error());
    if (!names)
        return false;
    const auto there = modules_in(*names);
    return std::ranges::all_of(needed, [&](const std::string &module) { return there.contains(module); });
}

} // namespace

Result<StartedKernel> started_kernel(const GuestView &guest, const LinuxFacts &facts) {
    Notices ignored; // linux.initramfs says the same
    StartedKernel started;
    started.kernel = H2K_TRY(default_kernel(guest, facts));
    if (started.kernel)
        started.modules = H2K_TRY(read_modules(guest, started.kernel->version, ignored));
    return started;
}

Result<Reach> reach_of_disks(const GuestView &guest, const LinuxFacts &facts, const StartedKernel &started, Bus bus) {
    const auto *kernel = started.kernel;
    if (!kernel)
        return Reach::unknown_kernel;
    const auto needs = needs_of(started.modules, Machine{.disks = {{.id = {}, .bus = bus}}});
    if (!needs.absent_required.empty())
        return Reach::no_driver;
    if (needs.required.empty())
        return Reach::yes;
    if (kernel->initramfs.empty())
        return Reach::unknown_kernel;
    if (find_initramfs_tool_named(facts.initramfs_tool) || H2K_TRY(holds(guest, kernel->initramfs, needs.required)))
        return Reach::yes;
    return Reach::not_in_image;
}

} // namespace h2k
