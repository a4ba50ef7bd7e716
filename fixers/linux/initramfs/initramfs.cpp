// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/initramfs/extension.h"
#include "fixers/linux/initramfs/images.h"
#include "fixers/linux/initramfs/tools.h"
#include <algorithm>

namespace h2k {

namespace {

std::string reason_to_extend(const StaleImage &stale) {
    const auto image = printable(stale.kernel.initramfs);
    if (!stale.outdated.empty())
        return sentence(_("The initramfs %s holds a copy of “%s”, which is changed; the new one is put behind it."),
                        image.c_str(), printable(stale.outdated).c_str());
    return sentence(_("The initramfs %s lacks %s, without which the kernel %s cannot reach its new disks; they are put "
                      "behind it, as they are in the guest."),
                    image.c_str(), printable(join(stale.lacking, ", ")).c_str(),
                    printable(stale.kernel.version).c_str());
}

std::string reason_to_rebuild(const StaleImage &stale) {
    const auto shown = printable(stale.kernel.initramfs);
    const auto *image = shown.c_str();
    if (!stale.outdated.empty())
        return sentence(
            _("The initramfs %s holds a copy of “%s”, which is changed; only the guest's own program can rebuild it."),
            image, printable(stale.outdated).c_str());
    if (stale.lacking.empty())
        return sentence(
            _("The initramfs %s cannot be read, so only the guest's own program can make one that is known to boot."),
            image);
    return sentence(_("The initramfs %s lacks %s, without which the kernel %s cannot reach its new disks; only the "
                      "guest's own program can add modules to it."),
                    image, printable(join(stale.lacking, ", ")).c_str(), printable(stale.kernel.version).c_str());
}

void warn_without_tool(const StaleImage &stale, const std::string &tool, Notices &notices) {
    const auto shown = printable(stale.kernel.initramfs);
    const auto *image = shown.c_str();
    const auto version = printable(stale.kernel.version), needed = printable(join(stale.needs.required, ", "));
    if (!stale.outdated.empty())
        notices.warn("initramfs.outdated-copy",
                     sentence(_("The initramfs %s holds a copy of “%s”, which is changed, and how to rebuild it is not "
                                "known; the guest may miss a device when it starts."),
                              image, printable(stale.outdated).c_str()));
    else if (tool.empty())
        notices.warn("initramfs.no-tool",
                     sentence(_("The initramfs %s needs %s, and the guest has no recognised program to rebuild it; the "
                                "guest may not boot with the kernel %s."),
                              image, needed.c_str(), version.c_str()));
    else
        notices.warn("initramfs.unsupported-tool",
                     sentence(_("The initramfs %s needs %s, and rebuilding it with %s is not supported; the guest may "
                                "not boot with the kernel %s."),
                              image, needed.c_str(), tool.c_str(), version.c_str()));
}

void add(std::vector<std::string> &names, const std::vector<std::string> &more) {
    for (const auto &name : more)
        if (std::ranges::find(names, name) == names.end())
            names.push_back(name);
}

InitramfsSpec spec_of(const std::vector<StaleImage> &images, const LinuxFacts &facts) {
    InitramfsSpec spec{.stack = facts.root_stack};
    for (const auto &image : images) {
        add(spec.drivers, image.needs.drivers);
        add(spec.old_drivers, image.needs.old_drivers);
        spec.keeps_settings = spec.keeps_settings || image.has_settings;
    }
    return spec;
}

std::vector<std::string> all_modules(const StaleImage &image) {
    auto modules = image.needs.modules;
    add(modules, image.kept);
    std::ranges::sort(modules);
    return modules;
}

/// What is done to one image.
struct Treatment {
    StaleImage image;
    std::optional<ExtendInitramfs> extension; ///< null: it is rebuilt
};

Result<std::vector<Treatment>> treatments_of(std::vector<StaleImage> &&stale, const FixerInput &input,
                                             const InitramfsTool &tool, Notices &notices) {
    std::vector<Treatment> treatments;
    const auto way = input.options.initramfs;
    for (auto &image : stale) {
        std::optional<ExtendInitramfs> extension;
        if (way != InitramfsWay::rebuild)
            extension = H2K_TRY(extension_of(input.guest, image, input.facts.linux_facts(), tool));
        if (!extension && way == InitramfsWay::extend)
            notices.warn(
                "initramfs.not-extended",
                sentence(_("The initramfs %s cannot be extended and is left as it is, since --initramfs=extend "
                           "forbids to rebuild it; the guest may not boot with the kernel %s."),
                         printable(image.kernel.initramfs).c_str(), printable(image.kernel.version).c_str()));
        else
            treatments.push_back({std::move(image), std::move(extension)});
    }
    for (auto &treatment : treatments)
        treatment.image.names.clear(); // some thousands, which nothing else needs
    return treatments;
}

Result<std::string> lacking_space(const GuestView &guest, const std::vector<StaleImage> &images,
                                  const InitramfsTool &tool, const InitramfsSpec &spec) {
    const bool wide = H2K_TRY(tool.widens(guest, spec));
    return missing_space(guest, images, wide);
}

/// The folder where the program works is not the one of the image.
Result<> warn_of_space(const GuestView &guest, const std::vector<StaleImage> &images, const InitramfsTool &tool,
                       const InitramfsSpec &spec, Notices &notices) {
    if (&tool != &dracut && &tool != &initramfs_tools)
        return {};
    const bool wide = H2K_TRY(tool.widens(guest, spec));
    if (auto warning = H2K_TRY(missing_space_to_work(guest, images, wide)); !warning.empty())
        notices.warn("initramfs.little-space", std::move(warning));
    return {};
}

Result<Change> change_of(Treatment &&treatment, const GuestView &guest, const InitramfsTool &tool,
                         const InitramfsSpec &spec) {
    const auto &image = treatment.image;
    const bool may_fail = !image.outdated.empty() || !image.is_default;
    RebuildInitramfs rebuild{image.kernel.version, image.kernel.initramfs, all_modules(image),
                             H2K_TRY(tool.command(guest, image.kernel, spec))};
    if (treatment.extension) {
        treatment.extension->otherwise = std::move(rebuild.argv);
        return Change{
            .reason = reason_to_extend(image), .action = *std::move(treatment.extension), .may_fail = may_fail};
    }
    if (tool.otherwise)
        rebuild.otherwise = H2K_TRY(tool.otherwise(guest, image.kernel, spec));
    return Change{.reason = reason_to_rebuild(image), .action = std::move(rebuild), .may_fail = may_fail};
}

} // namespace

Result<Finding> plan_initramfs(const FixerInput &input) {
    Finding finding;
    const auto &facts = input.facts.linux_facts();
    if (facts.kernels.empty()) {
        finding.skipped = _("No installed kernel with modules was found, so there is no initramfs to check.");
        return finding;
    }
    auto found = H2K_TRY(check_images(input.guest, facts, input.target));
    finding.notices = std::move(found.notices);
    if (found.stale.empty())
        return finding;
    const auto *tool = find_initramfs_tool_named(facts.initramfs_tool);
    if (tool == nullptr) {
        for (const auto &image : found.stale)
            warn_without_tool(image, facts.initramfs_tool, finding.notices);
        return finding;
    }
    auto treatments = H2K_TRY(treatments_of(std::move(found.stale), input, *tool, finding.notices));
    std::vector<StaleImage> rebuilt, all;
    for (const auto &[image, extension] : treatments) {
        all.push_back(image);
        if (!extension)
            rebuilt.push_back(image);
    }
    if (all.empty())
        return finding;
    auto spec = spec_of(all, facts);
    auto missing = H2K_TRY(lacking_space(input.guest, rebuilt, *tool, spec));
    if (!missing.empty()) {
        spec.narrow = true;
        missing = H2K_TRY(lacking_space(input.guest, rebuilt, *tool, spec));
    }
    if (!missing.empty()) {
        finding.skipped = std::move(missing);
        return finding;
    }
    H2K_CHECK(warn_of_space(input.guest, rebuilt, *tool, spec, finding.notices));
    finding.changes = H2K_TRY(tool->configure(input.guest, input.facts, spec, finding.notices));
    for (auto &treatment : treatments)
        finding.changes.push_back(H2K_TRY(change_of(std::move(treatment), input.guest, *tool, spec)));
    return finding;
}

} // namespace h2k
