// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/boot/efi_loaders.h"
#include "fixers/linux/fixers.h"
#include <algorithm>

namespace h2k {

namespace {

/// UEFI specification, section 3.5.1.1; empty for other architectures.
std::string suffix_of(const std::string &arch) {
    if (arch == "aarch64")
        return "aa64";
    // The machine is 64-bit even where the system is 32-bit, and its firmware starts the loader.
    return arch.empty() || arch == "x86_64" || arch == "i686" ? "x64" : "";
}

bool has_esp(const Inspection &facts) { return std::ranges::any_of(facts.devices, is_esp); }

std::string upper(std::string_view text) { return Owned<char>{g_ascii_strup(text.data(), gssize(text.size()))}.get(); }

/// GRUB's signed images look for grub.cfg beside themselves or in a folder that is compiled in.  A copy would become
/// outdated where the guest's tools edit the real one (RHEL 7), so this file loads that.
std::string config_loading(const EfiLoader &loader) {
    const auto path = "/EFI/" + loader.vendor + "/" + base_name(loader.config);
    return "# Written by virt-hyper2kvm: GRUB was started as the firmware's fallback loader; this loads its "
           "own configuration.\n"
           "if [ ! -f " +
           path + " ]; then\n  search --no-floppy --file --set=root " + path + "\nfi\nconfigfile " + path + "\n";
}

class Planner {
  public:
    Planner(const GuestView &guest, const Inspection &facts, std::string suffix)
        : guest_(guest), facts_(facts), suffix_(std::move(suffix)) {}

    Result<Finding> plan(const std::string &mount) {
        const auto esp = H2K_TRY(read_esp(guest_, mount));
        if (const auto *boot = esp.folder("BOOT"); boot && !boot->file("BOOT" + suffix_ + ".EFI").empty()) {
            warn_of_fallback(esp, *boot);
            return std::move(finding_);
        }
        const auto loaders = H2K_TRY(find_efi_loaders(guest_, esp, facts_, suffix_));
        if (loaders.empty())
            finding_.notices.warn("efi-fallback.no-loader",
                                  sentence(_("The EFI system partition has neither %s nor another recognised loader; "
                                             "the guest will not boot without the boot entries of its old machine."),
                                           fallback_name().c_str()));
        else
            use(esp, loaders);
        return std::move(finding_);
    }

  private:
    [[nodiscard]] std::string file_name() const { return "BOOT" + upper(suffix_) + ".EFI"; }
    [[nodiscard]] std::string fallback_name() const { return "\\EFI\\BOOT\\" + file_name(); }

    void use(const EfiPartition &esp, const std::vector<EfiLoader> &loaders) {
        const auto &loader = loaders.front();
        const auto *boot = esp.folder("BOOT");
        const auto folder = boot ? boot->path : (esp.efi.empty() ? esp.path + "/EFI" : esp.efi) + "/BOOT";
        warn_of_choice(loaders);
        if (!boot)
            add(_("Firmware without boot entries starts a loader in this folder."), MakeFolder{.path = folder});
        const auto is_there = [&](const std::string &name) { return boot && !boot->file(name).empty(); };
        for (const auto &path : loader.companions)
            if (!is_there(base_name(path)))
                add(_("The fallback loader loads it from its own folder."),
                    CopyFile{folder + "/" + base_name(path), path});
        add_config(loader, folder, is_there);
        // Last: the loader is there only when all that it loads is.
        add(sentence(_("The boot entries in the old machine's NVRAM are not carried over, and firmware without them "
                       "starts only %s, which becomes a copy of the guest's own loader."),
                     fallback_name().c_str()),
            CopyFile{folder + "/" + file_name(), loader.first});
        if (boot && !loader.companions.empty())
            warn_of_fallback(esp, *boot);
    }

    template <typename IsThere> void add_config(const EfiLoader &loader, const std::string &folder, IsThere is_there) {
        if (loader.config.empty())
            return;
        if (!lower(loader.config).ends_with(".conf")) {
            if (!is_there("grub.cfg"))
                add(_("GRUB may read its configuration from the folder that it is started from; this file loads the "
                      "one that the guest's tools keep up to date."),
                    WriteFile{folder + "/grub.cfg", config_loading(loader)});
            return;
        }
        // GRUB 0.97 for EFI reads the file that has the loader's name.
        const auto name = "BOOT" + upper(suffix_) + ".conf";
        if (!is_there(name))
            add(_("The old GRUB reads its configuration from a file beside it that has the same name."),
                CopyFile{folder + "/" + name, loader.config});
    }

    void warn_of_choice(const std::vector<EfiLoader> &loaders) {
        const auto &loader = loaders.front();
        if (loader.last_resort)
            finding_.notices.warn(
                "efi-fallback.last-resort",
                sentence(_("“%s” is the only loader that the guest has. It is copied to %s, where it may not find its "
                           "settings, or may be outdated once the guest gets a new kernel."),
                         printable(loader.first).c_str(), fallback_name().c_str()));
        const auto differs = [&](const EfiLoader &other) {
            return other.vendor != loader.vendor && !other.last_resort;
        };
        if (!loader.own && !loader.last_resort && std::ranges::any_of(loaders, differs))
            finding_.notices.note(
                "efi-fallback.several-loaders",
                sentence(_("The EFI system partition has several loaders, none of them in the distribution's own "
                           "folder; the one in “%s” is copied to %s, since it is the first by name."),
                         printable(loader.vendor).c_str(), fallback_name().c_str()));
    }

    /// A shim that firmware starts from \EFI\BOOT starts fbx64.efi where that is beside it (shim's
    /// README.fallback).
    void warn_of_fallback(const EfiPartition &esp, const EfiFolder &boot) {
        const bool has_it = !boot.file("fb" + suffix_ + ".efi").empty() || !boot.file("fallback.efi").empty();
        const bool has_list = std::ranges::any_of(esp.folders, [](const EfiFolder &folder) {
            return std::ranges::any_of(folder.files, [](const auto &file) { return lower(file).ends_with(".csv"); });
        });
        if (has_it && !has_list)
            finding_.notices.warn("efi-fallback.no-boot-list",
                                  _("\\EFI\\BOOT has the program that restores boot entries, but no list (BOOT….CSV) "
                                    "of them; the guest may restart again and again."));
    }

    template <typename Action> void add(std::string reason, Action action) {
        // The guest can still be started from the firmware's menu.
        finding_.changes.push_back({.reason = std::move(reason), .action = std::move(action), .may_fail = true});
    }

    const GuestView &guest_;
    const Inspection &facts_;
    const std::string suffix_;
    Finding finding_;
};

} // namespace

Result<Finding> plan_efi_fallback(const FixerInput &input) {
    Finding finding;
    const auto firmware = input.target.firmware == Firmware::unknown ? input.facts.firmware : input.target.firmware;
    if (firmware != Firmware::uefi)
        return finding;
    const auto suffix = suffix_of(input.facts.arch);
    if (suffix.empty()) {
        finding.skipped =
            sentence(_("The name of the fallback loader for %s is not known."), printable(input.facts.arch).c_str());
        return finding;
    }
    const auto mount = find_esp_mount(input.facts);
    if (!mount.empty())
        return Planner{input.guest, input.facts, suffix}.plan(mount);
    finding.notices.warn(has_esp(input.facts) ? "efi-fallback.not-mounted" : "efi-fallback.no-partition",
                         has_esp(input.facts)
                             ? _("The guest does not mount its EFI system partition, so that was not checked; without "
                                 "a loader in \\EFI\\BOOT the guest will not boot.")
                             : _("The guest starts by UEFI, but no EFI system partition was found; it may not boot."));
    return finding;
}

} // namespace h2k
