// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/initramfs_needs.h"
#include "fixers/linux/initramfs_tools.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

namespace {

/// An image that has to be made anew, and why.
struct Stale {
    Kernel kernel;
    InitramfsNeeds needs;
    std::vector<std::string> lacking; ///< required modules; empty: the image could not be read
};

/// Six times what distributions have.
constexpr std::size_t modules_limit = 4u << 20;

Result<text::KernelModules> read_modules(const GuestView &guest, const std::string &version,
                                         std::vector<std::string> &warnings) {
    const auto folder = "/lib/modules/" + version;
    const auto loadable =
        H2K_TRY(text::read_config(guest, folder + "/modules.dep", warnings, modules_limit)).value_or("");
    const auto builtin =
        H2K_TRY(text::read_config(guest, folder + "/modules.builtin", warnings, modules_limit)).value_or("");
    return text::KernelModules::parse(loadable, builtin);
}

void warn_of_absent(const Kernel &kernel, const InitramfsNeeds &needs, std::vector<std::string> &warnings) {
    const auto shown = printable(kernel.version);
    const auto *version = shown.c_str();
    if (!needs.absent_required.empty())
        warnings.push_back(sentence(
            _("The kernel %s has no driver %s, without which it cannot reach the guest's new disks; the guest may not "
              "boot with it."),
            version, printable(join(needs.absent_required, ", ")).c_str()));
    if (!needs.absent_useful.empty())
        warnings.push_back(
            sentence(_("The kernel %s has no driver %s; devices that need it will not work with this kernel."), version,
                     printable(join(needs.absent_useful, ", ")).c_str()));
}

Result<std::optional<Stale>> check_image(const GuestView &guest, const Kernel &kernel, InitramfsNeeds needs,
                                         std::vector<std::string> &warnings) {
    auto names = guest.initramfs_names(kernel.initramfs);
    if (!names) {
        if (names.error().is(H2K_ERROR_CANCELLED))
            return std::unexpected(std::move(names).error());
        warnings.push_back(sentence(_("The initramfs %s could not be read: %s"), printable(kernel.initramfs).c_str(),
                                    names.error().message()));
        return Stale{kernel, std::move(needs), {}};
    }
    const auto there = modules_in(*names);
    auto lacking = needs.required;
    std::erase_if(lacking, [&](const auto &name) { return there.contains(name); });
    if (lacking.empty())
        return std::nullopt;
    return Stale{kernel, std::move(needs), std::move(lacking)};
}

Result<std::optional<Stale>> check_kernel(const GuestView &guest, const Kernel &kernel, const Machine &target,
                                          std::vector<std::string> &warnings) {
    auto needs = needs_of(H2K_TRY(read_modules(guest, kernel.version, warnings)), target);
    warn_of_absent(kernel, needs, warnings);
    if (!needs.absent_required.empty() || needs.required.empty())
        return std::nullopt;
    if (kernel.initramfs.empty()) {
        warnings.push_back(sentence(
            _("The kernel %s has no initramfs, and its drivers %s are not built in; the guest may not boot with it."),
            printable(kernel.version).c_str(), printable(join(needs.required, ", ")).c_str()));
        return std::nullopt;
    }
    return check_image(guest, kernel, std::move(needs), warnings);
}

std::string reason_to_rebuild(const Stale &stale) {
    const auto shown = printable(stale.kernel.initramfs);
    const auto *image = shown.c_str();
    if (stale.lacking.empty())
        return sentence(
            _("The initramfs %s cannot be read, so only the guest's own program can make one that is known to boot."),
            image);
    return sentence(
        _("The initramfs %s lacks %s, without which the kernel %s cannot reach its new disks; it is a packed image "
          "with an index of its modules, which no edit of a file can change and only the guest's own program makes."),
        image, printable(join(stale.lacking, ", ")).c_str(), printable(stale.kernel.version).c_str());
}

std::string warning_without_tool(const Stale &stale, const std::string &tool) {
    const auto shown = printable(stale.kernel.initramfs);
    const auto *image = shown.c_str();
    const auto needed = printable(join(stale.needs.required, ", "));
    if (tool.empty())
        return sentence(_("The initramfs %s needs %s, and no known program that could make it anew is "
                          "in the guest; the guest may not boot with the kernel %s."),
                        image, needed.c_str(), printable(stale.kernel.version).c_str());
    return sentence(_("The initramfs %s needs %s, and how to have it made anew by %s is not known; the "
                      "guest may not boot with the kernel %s."),
                    image, needed.c_str(), tool.c_str(), printable(stale.kernel.version).c_str());
}

std::vector<std::string> all_drivers(const std::vector<Stale> &images) {
    std::vector<std::string> drivers;
    for (const auto &image : images)
        for (const auto &name : image.needs.drivers)
            if (std::ranges::find(drivers, name) == drivers.end())
                drivers.push_back(name);
    return drivers;
}

} // namespace

bool InitramfsFixer::applies(const Inspection &facts) const { return facts.family == Family::linux_os; }

Result<Finding> InitramfsFixer::plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                     const RepairWishes &) const {
    Finding finding;
    if (facts.kernels.empty()) {
        finding.skipped = _("No installed kernel with modules was found, so there is no initramfs to check.");
        return finding;
    }
    std::vector<Stale> images;
    for (const auto &kernel : facts.kernels)
        if (auto stale = H2K_TRY(check_kernel(guest, kernel, target, finding.warnings)))
            images.push_back(*std::move(stale));
    if (images.empty())
        return finding;
    const auto *tool = find_initramfs_tool_named(facts.initramfs_tool);
    if (tool == nullptr) {
        for (const auto &image : images)
            finding.warnings.push_back(warning_without_tool(image, facts.initramfs_tool));
        return finding;
    }
    finding.changes = H2K_TRY(tool->configure(guest, all_drivers(images), finding.warnings));
    for (const auto &image : images)
        finding.changes.push_back(
            {.reason = reason_to_rebuild(image),
             .action = RebuildInitramfs{image.kernel.version, image.kernel.initramfs, image.needs.modules,
                                        H2K_TRY(tool->command(guest, image.kernel))}});
    return finding;
}

} // namespace h2k
