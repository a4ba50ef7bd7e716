// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/kernels.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>
#include <string_view>

namespace h2k {

namespace {

/// Six times the size that distributions have.
constexpr std::size_t modules_limit = 4u << 20;

/// The kernel of GRUB's saved entry: the id of a Boot Loader Specification entry, which ends in the version, or a title
/// that has it in it.  Null: the boot loader starts the first one, which is the newest.
Result<const Kernel *> saved_kernel(const GuestView &guest, const LinuxFacts &facts) {
    Notices ignored;
    const Kernel *saved = nullptr;
    for (const auto *path : {"/boot/grub2/grubenv", "/boot/grub/grubenv"}) {
        const auto file = H2K_TRY(text::read_config(guest, path, ignored)).value_or("");
        for (const auto &assignment : text::parse_grubenv(file))
            for (const auto &kernel : facts.kernels)
                if (assignment.key == "saved_entry" &&
                    assignment.value.value.find(kernel.version) != std::string::npos &&
                    (!saved || saved->version.size() < kernel.version.size()))
                    saved = &kernel;
    }
    return saved;
}

} // namespace

bool is_spare(const Kernel &kernel) {
    constexpr std::array<std::string_view, 5> parts{"rescue", "kdump", "+debug", ".debug", "-debug"};
    return std::ranges::any_of(parts, [&](auto part) { return kernel.version.find(part) != std::string::npos; });
}

Result<text::KernelModules> read_modules(const GuestView &guest, const std::string &version, Notices &notices) {
    const auto folder = "/lib/modules/" + version;
    const auto loadable =
        H2K_TRY(text::read_config(guest, folder + "/modules.dep", notices, modules_limit)).value_or("");
    const auto builtin =
        H2K_TRY(text::read_config(guest, folder + "/modules.builtin", notices, modules_limit)).value_or("");
    return text::KernelModules::parse(loadable, builtin);
}

Result<const Kernel *> default_kernel(const GuestView &guest, const LinuxFacts &facts) {
    if (facts.kernels.empty())
        return nullptr;
    const auto *saved = H2K_TRY(saved_kernel(guest, facts));
    return saved ? saved : &facts.kernels.back();
}

} // namespace h2k
