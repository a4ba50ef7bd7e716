// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/images.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/initramfs/kernels.h"
#include "fixers/linux/initramfs/root_stack.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Names go into command lines of the guest's own scripts.
bool is_command_word(std::string_view name) { return !name.starts_with('-') && consists_of(name, "._+~-/:@"); }

void warn_of_absent(const Kernel &kernel, const InitramfsNeeds &needs, Notices &notices) {
    const auto shown = printable(kernel.version);
    const auto *version = shown.c_str();
    if (!needs.absent_required.empty())
        notices.warn("initramfs.no-disk-driver",
                     sentence(_("The kernel %s lacks %s, without which it cannot reach the guest's new disks; the "
                                "guest may not boot with this kernel."),
                              version, printable(join(needs.absent_required, ", ")).c_str()));
    if (!needs.absent_useful.empty())
        notices.warn(
            "initramfs.no-device-driver",
            sentence(_("The kernel %s lacks %s; devices that need such a driver will not work with this kernel."),
                     version, printable(join(needs.absent_useful, ", ")).c_str()));
}

bool is_repacked(const std::vector<std::string> &names, const std::string &kernel, const text::KernelModules &modules) {
    const auto folder = "lib/modules/" + kernel + "/";
    return std::ranges::any_of(names, [&](const std::string &name) {
        if (!name.starts_with(folder) && !name.starts_with("usr/" + folder))
            return false;
        const auto file = modules.file_of(module_name(name));
        return !file.empty() && suffix_of(file) != suffix_of(name);
    });
}

class Checker {
  public:
    Checker(const GuestView &guest, const LinuxFacts &facts, const Machine &target)
        : guest_(guest), target_(target), stack_modules_(modules_of_stack(facts.root_stack)) {}

    /// Can the guest start with @kernel, now or after its image is rebuilt?
    Result<bool> check(const Kernel &kernel) {
        const auto modules = H2K_TRY(read_modules(guest_, kernel.version, found.notices));
        auto needs = needs_of(modules, target_);
        warn_of_absent(kernel, needs, found.notices);
        if (!needs.absent_required.empty())
            return false;
        if (needs.required.empty())
            return true;
        if (kernel.initramfs.empty()) {
            said_unified_ = !H2K_TRY(unified_image()).empty();
            warn_of_none(kernel, needs, said_unified_);
            return false;
        }
        needed_ = needs.required;
        if (!is_command_word(kernel.version) || !is_command_word(kernel.initramfs) || !is_command_word(kernel.image)) {
            found.notices.warn("initramfs.unusual-name",
                               sentence(_("The kernel “%s” or one of its files has a name that no distribution uses, "
                                          "so its initramfs was left unchanged."),
                                        printable(kernel.version).c_str()));
            return false;
        }
        H2K_CHECK(check_image(kernel, std::move(needs), modules));
        return true;
    }
    /// Unified kernel images beside kernels with an initramfs of their own.
    Result<> warn_of_unified() {
        const auto image = H2K_TRY(unified_image());
        if (!image.empty() && !needed_.empty() && !said_unified_)
            found.notices.warn("initramfs.unified-image",
                               sentence(_("“%s” is a unified kernel image, whose initramfs cannot be checked or "
                                          "rebuilt here; where it lacks %s, the guest may not boot with it until the "
                                          "guest's kernel-install or ukify rebuilds it."),
                                        printable(image).c_str(), printable(join(needed_, ", ")).c_str()));
        return {};
    }
    ImageFindings found;

  private:
    /// The first of them; empty: none.
    Result<std::string> unified_image() const {
        for (const auto *place : {"/boot/efi/EFI/Linux/*.efi", "/efi/EFI/Linux/*.efi", "/boot/EFI/Linux/*.efi"})
            if (const auto all = H2K_TRY(guest_.list(place)); !all.empty())
                return all.front();
        return std::string{};
    }

    void warn_of_none(const Kernel &kernel, const InitramfsNeeds &needs, bool unified) {
        const auto version = printable(kernel.version);
        const auto drivers = printable(join(needs.required, ", "));
        found.notices.warn(
            unified ? "initramfs.unified-image" : "initramfs.absent",
            unified ? sentence(_("The kernel %s seems to be part of a unified kernel image, which cannot be checked or "
                                 "rebuilt here; where it lacks %s, the guest may not boot with it."),
                               version.c_str(), drivers.c_str())
                    : sentence(_("The kernel %s has no initramfs, and its drivers %s are not built in; the guest may "
                                 "not boot with this kernel."),
                               version.c_str(), drivers.c_str()));
    }

    Result<> check_image(const Kernel &kernel, InitramfsNeeds needs, const text::KernelModules &modules) {
        auto names = guest_.initramfs_names(kernel.initramfs);
        if (!names) {
            if (names.error().is(H2K_ERROR_CANCELLED))
                return std::unexpected(std::move(names).error());
            found.notices.warn("initramfs.unreadable",
                               sentence(_("The initramfs %s could not be read: %s"),
                                        printable(kernel.initramfs).c_str(), names.error().message()));
            found.stale.push_back({.kernel = kernel, .needs = std::move(needs)});
            return {};
        }
        const auto there = modules_in(*names);
        StaleImage image{.kernel = kernel, .needs = std::move(needs), .modules = there.size()};
        image.lacking = image.needs.required;
        std::erase_if(image.lacking, [&](const auto &name) { return there.contains(name); });
        for (const auto &name : *names)
            if (const auto file = made_of(name); !file.empty() && guest_.is_planned(file))
                image.outdated = file;
        if (image.lacking.empty() && (image.outdated.empty() || guest_.is_planned(kernel.initramfs)))
            return {};
        if (!image.lacking.empty())
            image.outdated.clear();
        // What the root has needed must be in the new image as well.
        auto kept = stack_modules_;
        std::erase_if(kept, [&](const auto &name) { return !there.contains(name); });
        image.kept = modules.closure(kept);
        std::erase_if(image.kept, [&](const auto &name) { return !there.contains(name); });
        image.has_settings = std::ranges::any_of(*names, holds_settings);
        H2K_CHECK(warn_of_arguments(kernel, *names));
        for (const auto &name : image.needs.modules)
            image.files.emplace(name, modules.file_of(name));
        image.repacked = is_repacked(*names, kernel.version, modules);
        image.names = *std::move(names);
        found.stale.push_back(std::move(image));
        return {};
    }

    /// Kernel arguments in the image that a new one may not have: dracut takes those of storage from the devices, and
    /// others from settings that the guest may no longer have, or that were given on a command line.
    Result<> warn_of_arguments(const Kernel &kernel, const std::vector<std::string> &names) {
        std::vector<std::string> lost;
        for (const auto &name : names)
            if (name.starts_with("etc/cmdline.d/") && name.ends_with(".conf") && !is_made_of_storage(name) &&
                !H2K_TRY(guest_.exists("/" + name)) && !H2K_TRY(is_in_settings(name)))
                lost.push_back(printable(name));
        if (!lost.empty())
            found.notices.warn("initramfs.arguments-in-image",
                               sentence(_("The initramfs %s holds kernel arguments (%s) that none of the guest's files "
                                          "has; the rebuilt image may lack them. If the guest needs them to start (an "
                                          "address for a network key server, for example), add them to its kernel "
                                          "command line."),
                                        printable(kernel.initramfs).c_str(), join(lost, ", ").c_str()));
        return {};
    }
    /// "90lvm.conf", "95root-dev.conf": dracut's modules write them for what the root is on.
    static bool is_made_of_storage(const std::string &name) {
        constexpr std::array<std::string_view, 8> parts{"crypt", "lvm",    "mdraid", "dmraid",
                                                        "btrfs", "resume", "root",   "multipath"};
        return std::ranges::any_of(parts, [&](auto part) { return base_name(name).contains(part); });
    }
    /// dracut's kernel_cmdline goes into 01-default.conf.
    Result<bool> is_in_settings(const std::string &name) {
        if (base_name(name) != "01-default.conf")
            return false;
        auto paths = H2K_TRY(guest_.list("/etc/dracut.conf.d/*.conf"));
        paths.emplace_back("/etc/dracut.conf");
        text::ConfigReader reader{64, 1u << 20};
        for (const auto &path : paths) {
            const auto file = H2K_TRY(reader.read(guest_, path, found.notices)).value_or("");
            const auto settings = text::parse_assignments(file);
            if (std::ranges::find(settings, "kernel_cmdline", &text::Assignment::key) != settings.end())
                return true;
        }
        return false;
    }

    const GuestView &guest_;
    const Machine &target_;
    const std::vector<std::string> stack_modules_;
    std::vector<std::string> needed_; ///< drivers, of the last kernel
    bool said_unified_ = false;
};

} // namespace

bool holds_settings(const std::string &name) {
    return name.starts_with("etc/cmdline.d/") || name == "etc/crypttab" || name == "etc/mdadm.conf" ||
           name == "etc/mdadm/mdadm.conf";
}

std::string made_of(const std::string &name) {
    if (name == "cryptroot/crypttab" || name == "conf/conf.d/cryptroot")
        return "/etc/crypttab"; // Debian's
    // A general image has its own settings of LVM, so they are no reason to build for one machine.
    const bool of_lvm =
        name == "etc/lvm/lvm.conf" || name == "etc/lvm/lvmlocal.conf" || name == "etc/lvm/devices/system.devices";
    return of_lvm || holds_settings(name) ? "/" + name : std::string{};
}

Result<ImageFindings> check_images(const GuestView &guest, const LinuxFacts &facts, const Machine &target) {
    Checker checker{guest, facts, target};
    const bool all_spare = std::ranges::all_of(facts.kernels, is_spare);
    const Kernel *first = H2K_TRY(default_kernel(guest, facts)), *usable = nullptr;
    bool first_starts = true;
    for (const auto &kernel : facts.kernels) {
        if (!all_spare && is_spare(kernel))
            continue;
        const bool starts = H2K_TRY(checker.check(kernel));
        usable = starts ? &kernel : usable;
        first_starts = &kernel == first ? starts : first_starts;
    }
    H2K_CHECK(checker.warn_of_unified());
    // Where the default kernel cannot start on the new disks, the newest that can is the one that has to.
    const Kernel *needed = first_starts ? first : usable;
    for (auto &image : checker.found.stale)
        image.is_default = needed && image.kernel.version == needed->version;
    if (usable && !first_starts)
        checker.found.notices.warn(
            "initramfs.default-kernel-unusable",
            sentence(_("The guest's default kernel, %s, cannot reach the new disks; choose %s in the boot menu."),
                     printable(first->version).c_str(), printable(usable->version).c_str()));
    return std::move(checker.found);
}

Result<std::string> missing_space(const GuestView &guest, const std::vector<StaleImage> &images, bool wide) {
    constexpr std::uint64_t slack = 4u << 20, most = std::uint64_t{1} << 40;
    constexpr std::size_t many_modules = 200; // an image with that many is a general one already
    std::uint64_t grown = 0;
    for (const auto &image : images) {
        const auto space = H2K_TRY(guest.space(image.kernel.initramfs));
        if (!space || space->file > most)
            continue;
        // The old image stays until the new one is whole.
        const auto wanted =
            wide && image.modules < many_modules ? 3 * space->file + slack : space->file + space->file / 8 + slack;
        const auto free = space->free > grown ? space->free - grown : 0;
        if (wanted > free)
            return sentence(_("“%s” has %s of free space, but rebuilding %s takes about %s there: %s more are needed. "
                              "Nothing was changed; free some space, for example by removing an old kernel from the "
                              "guest, or it may not boot."),
                            printable(folder_of(image.kernel.initramfs)).c_str(), size_for_people(free).c_str(),
                            printable(image.kernel.initramfs).c_str(), size_for_people(wanted).c_str(),
                            size_for_people(wanted - free).c_str());
        grown += wanted - space->file;
    }
    return std::string{};
}

Result<std::string> missing_space_to_work(const GuestView &guest, const std::vector<StaleImage> &images, bool wide) {
    constexpr std::uint64_t most = std::uint64_t{1} << 40;
    const auto space = H2K_TRY(guest.space("/var/tmp"));
    for (const auto &image : images) {
        const auto old = H2K_TRY(guest.space(image.kernel.initramfs));
        if (!space || !old || old->file > most)
            continue;
        // Unpacked, an image is some three times as large; it is removed before the next one is made.
        const auto wanted = (wide ? 9 : 4) * old->file;
        if (wanted > space->free)
            return sentence(_("“/var/tmp” has %s of free space, but the guest's program may need %s there to build an "
                              "initramfs; rebuilding %s may fail."),
                            size_for_people(space->free).c_str(), size_for_people(wanted).c_str(),
                            printable(image.kernel.initramfs).c_str());
    }
    return std::string{};
}

} // namespace h2k
