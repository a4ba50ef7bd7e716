// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs_tools.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>
#include <set>

namespace h2k {

namespace {

constexpr auto modules_file = "/etc/initramfs-tools/modules";
/// Read last of all in its folder, so that its word counts.
constexpr auto settings_file = "/etc/initramfs-tools/conf.d/zz-virt-hyper2kvm";
constexpr auto dracut_file = "/etc/dracut.conf.d/10-virt-hyper2kvm.conf";
constexpr auto marker = "# Drivers of the virtual hardware of KVM, added by virt-hyper2kvm";

std::string formatted(char *text) { return Owned<char>{text}.get(); }

std::string reason_to_list(const std::vector<std::string> &drivers) {
    return formatted(g_strdup_printf(_("The drivers %s go into every initramfs that the guest makes from now on, so "
                                       "that it still boots after an update of its kernel."),
                                     join(drivers, ", ").c_str()));
}

/// initramfs-tools(7), /etc/initramfs-tools/modules: a module and its arguments a line.
std::vector<std::string> unlisted(std::string_view file, std::vector<std::string> drivers) {
    for (const auto &line : lines(file))
        if (const auto parts = words(trim(line)); !parts.empty() && !parts.front().starts_with('#'))
            std::erase(drivers, replace_all(parts.front(), "-", "_"));
    return drivers;
}

std::string with_modules(std::string file, const std::vector<std::string> &drivers) {
    if (!file.empty() && !file.ends_with('\n'))
        file += '\n';
    if (file.find(marker) == std::string::npos)
        file += std::string{marker} + "\n";
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

Result<bool> takes_this_machines_modules(const GuestView &guest, std::vector<std::string> &warnings) {
    text::ConfigReader reader{256, 4u << 20};
    std::string modules;
    for (const auto &path : H2K_TRY(setting_files(guest)))
        if (const auto file = H2K_TRY(reader.read(guest, path, warnings))) {
            const auto settings = text::parse_assignments(*file);
            if (const auto *setting = text::last(settings, "MODULES"))
                modules = setting->value.value;
        }
    return modules == "dep";
}

Result<std::vector<Change>> configure_initramfs_tools(const GuestView &guest, const std::vector<std::string> &drivers,
                                                      std::vector<std::string> &warnings) {
    std::vector<Change> changes;
    const auto before = warnings.size();
    auto file = H2K_TRY(text::read_config(guest, modules_file, warnings)).value_or("");
    // One that was not looked at is not replaced either.
    if (const auto missing = unlisted(file, drivers); !missing.empty() && warnings.size() == before)
        changes.push_back({.reason = reason_to_list(missing),
                           .action = WriteFile{modules_file, with_modules(std::move(file), missing)}});
    if (H2K_TRY(takes_this_machines_modules(guest, warnings)))
        changes.push_back(
            {.reason = _("The guest puts only the modules of the hardware it runs on into its initramfs "
                         "(MODULES=dep), and it is made anew on hardware that is not the guest's."),
             .action = WriteFile{settings_file, std::string{marker} + ":\n# MODULES=dep would take those of the "
                                                                      "machine that made the image.\nMODULES=most\n"}});
    return changes;
}

Result<std::vector<std::string>> run_update_initramfs(const GuestView &guest, const Kernel &kernel) {
    if (kernel.initramfs != "/boot/initrd.img-" + kernel.version)
        return std::vector<std::string>{"mkinitramfs", "-o", kernel.initramfs, kernel.version};
    std::vector<std::string> unsaid; // one too large counts as not there, and so as "yes"
    const auto file =
        H2K_TRY(text::read_config(guest, "/etc/initramfs-tools/update-initramfs.conf", unsaid)).value_or("");
    const auto settings = text::parse_assignments(file);
    const auto *setting = text::last(settings, "update_initramfs");
    // With "no" an update does nothing and says it went well.  -t: old versions refuse to create what is there.
    if (setting != nullptr && setting->value.value == "no")
        return std::vector<std::string>{"update-initramfs", "-c", "-t", "-k", kernel.version};
    return std::vector<std::string>{"update-initramfs", "-u", "-k", kernel.version};
}

/// dracut.conf(5).
Result<std::vector<Change>> configure_dracut(const GuestView &guest, const std::vector<std::string> &drivers,
                                             std::vector<std::string> &) {
    const auto content = std::string{marker} + ".\nadd_drivers+=\" " + join(drivers, " ") + " \"\n";
    if (H2K_TRY(guest.read(dracut_file)) == content)
        return {};
    return std::vector<Change>{{.reason = reason_to_list(drivers), .action = WriteFile{dracut_file, content}}};
}

/// The form that every version understands; --kver came later.
Result<std::vector<std::string>> run_dracut(const GuestView &, const Kernel &kernel) {
    return std::vector<std::string>{"dracut", "--force", kernel.initramfs, kernel.version};
}

constexpr std::array<InitramfsTool, 2> tools{{
    {"initramfs-tools", configure_initramfs_tools, run_update_initramfs},
    {"dracut", configure_dracut, run_dracut},
}};

} // namespace

const InitramfsTool *find_initramfs_tool_named(const std::string &name) {
    const auto *at = std::ranges::find(tools, name, &InitramfsTool::name);
    return at == tools.end() ? nullptr : at;
}

} // namespace h2k
