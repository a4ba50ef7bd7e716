// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/initramfs/root_stack.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

constexpr auto modules_file = "/etc/initramfs-tools/modules";
/// Read last of all in its folder, so that its setting counts.
constexpr auto settings_file = "/etc/initramfs-tools/conf.d/zz-virt-hyper2kvm";
constexpr auto crypttab_file = "/etc/crypttab";

/// initramfs-tools(7), /etc/initramfs-tools/modules: one module and its arguments per line.
std::vector<std::string> unlisted(std::string_view file, std::vector<std::string> drivers) {
    for (const auto &line : lines(file))
        if (const auto parts = words(trim(line)); !parts.empty() && !parts.front().starts_with('#'))
            std::erase(drivers, underscored(parts.front()));
    return drivers;
}

std::string with_modules(std::string file, const std::vector<std::string> &drivers) {
    if (!file.empty() && !file.ends_with('\n'))
        file += '\n';
    if (file.find(initramfs_marker) == std::string::npos)
        file += std::string{initramfs_marker} + "\n";
    return file + join(drivers, "\n") + "\n";
}

/// The files that mkinitramfs(8) sources, in its order; those in /etc mask their namesakes.
Result<std::vector<std::string>> setting_files(const GuestView &guest) {
    std::vector<std::string> files{"/etc/initramfs-tools/initramfs.conf"};
    const auto own = H2K_TRY(guest.list("/etc/initramfs-tools/conf.d/*"));
    std::set<std::string> masked;
    for (const auto &path : own)
        masked.insert(base_name(path));
    for (auto &path : H2K_TRY(guest.list("/usr/share/initramfs-tools/conf.d/*")))
        if (!masked.contains(base_name(path)))
            files.push_back(std::move(path));
    files.insert(files.end(), own.begin(), own.end());
    std::erase_if(files, [](const auto &path) { return path.find(".dpkg-") != std::string::npos; });
    return files;
}

/// MODULES of initramfs.conf(5): "most", "dep", "netboot" or "list".
Result<std::string> modules_policy(const GuestView &guest, Notices &notices) {
    text::ConfigReader reader{256, 4u << 20};
    std::string modules;
    for (const auto &path : H2K_TRY(setting_files(guest)))
        if (const auto file = H2K_TRY(reader.read(guest, path, notices))) {
            const auto settings = text::parse_assignments(*file);
            if (const auto *setting = text::last(settings, "MODULES"))
                modules = setting->value.value;
        }
    return modules;
}

/// crypttab(5) of Debian, option "initramfs": the hook includes the device although it does not find the root on it,
/// which may have another name in the appliance.
Result<std::optional<Change>> open_at_boot(const GuestView &guest, const Inspection &facts, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, crypttab_file, notices));
    if (!file)
        return std::nullopt;
    const auto all = text::lines_of(*file);
    text::Edits edits;
    for (const auto &entry : text::parse_crypttab(*file)) {
        const auto *device = find_device(facts.devices, entry.device.value);
        const auto options = split(entry.options, ',');
        if (!device || device->type != "crypto_LUKS" || std::ranges::find(options, "initramfs") != options.end())
            continue;
        const auto &line = all[entry.line - 1];
        const auto end = line.content.find_last_not_of(" \t") + 1;
        const bool has_key = !entry.key.empty();
        edits.insert(line.at + end,
                     entry.options.empty() ? (has_key ? " luks,initramfs" : " none luks,initramfs") : ",initramfs");
    }
    if (edits.empty())
        return std::nullopt;
    return Change{.reason = _("The guest's root is encrypted, and its initramfs must be able to unlock it even if it "
                              "is built where the unlocked device has another name."),
                  .action = WriteFile{crypttab_file, edits.applied(*file)}};
}

Result<> warn_of_hooks(const GuestView &guest, const InitramfsSpec &spec, Notices &notices) {
    struct Hook {
        const char *layer, *file, *package;
    };
    for (const auto &[layer, file, package] : {Hook{"crypt", "cryptroot", "cryptsetup-initramfs"},
                                               Hook{"lvm", "lvm2", "lvm2"}, Hook{"raid", "mdadm", "mdadm"}})
        if (has_layer(spec.stack, layer) &&
            !H2K_TRY(guest.exists(std::string{"/usr/share/initramfs-tools/hooks/"} + file)))
            notices.warn("initramfs.hook-missing",
                         sentence(_("The guest's root cannot be reached without the package %s, whose initramfs hook "
                                    "is missing; the guest may not boot."),
                                  package));
    return {};
}

Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &facts, const InitramfsSpec &spec,
                                      Notices &notices) {
    std::vector<Change> changes;
    Notices unread;
    auto file = H2K_TRY(text::read_config(guest, modules_file, unread)).value_or("");
    notices.add(unread);
    const auto policy = H2K_TRY(modules_policy(guest, notices));
    auto drivers = spec.drivers;
    // "most" and "netboot" take the drivers of all controllers; what is listed is also loaded at each boot.
    if (policy == "list")
        drivers.insert(drivers.end(), spec.old_drivers.begin(), spec.old_drivers.end());
    // A file that was not read is not replaced either.
    if (const auto missing = unlisted(file, drivers); !missing.empty() && unread.empty())
        changes.push_back({.reason = reason_to_list(missing),
                           .action = WriteFile{modules_file, with_modules(std::move(file), missing)}});
    if (policy == "dep")
        changes.push_back(
            {.reason = _("The guest puts only the modules of the hardware it runs on into its initramfs (MODULES=dep), "
                         "and it is rebuilt on other hardware."),
             .action = WriteFile{settings_file, std::string{initramfs_marker} +
                                                    ":\n# MODULES=dep would choose those of the machine that built the "
                                                    "image.\nMODULES=most\n"}});
    H2K_CHECK(warn_of_hooks(guest, spec, notices));
    if (has_layer(spec.stack, "crypt"))
        if (auto change = H2K_TRY(open_at_boot(guest, facts, notices)))
            changes.push_back(*std::move(change));
    return changes;
}

Result<std::vector<std::string>> command(const GuestView &guest, const Kernel &kernel, const InitramfsSpec &) {
    if (kernel.initramfs != "/boot/initrd.img-" + kernel.version)
        return std::vector<std::string>{"mkinitramfs", "-o", kernel.initramfs, kernel.version};
    Notices ignored; // a file that is too large counts as missing, and so as "yes"
    const auto file =
        H2K_TRY(text::read_config(guest, "/etc/initramfs-tools/update-initramfs.conf", ignored)).value_or("");
    const auto settings = text::parse_assignments(file);
    const auto *setting = text::last(settings, "update_initramfs");
    // With "no" an update does nothing and succeeds.  -t: old versions refuse to create what is there.
    if (setting != nullptr && setting->value.value == "no")
        return std::vector<std::string>{"update-initramfs", "-c", "-t", "-k", kernel.version};
    return std::vector<std::string>{"update-initramfs", "-u", "-k", kernel.version};
}

Result<bool> widens(const GuestView &guest, const InitramfsSpec &) {
    Notices ignored;
    return H2K_TRY(modules_policy(guest, ignored)) == "dep";
}

} // namespace

const InitramfsTool initramfs_tools{"initramfs-tools", configure, command, widens};

} // namespace h2k
