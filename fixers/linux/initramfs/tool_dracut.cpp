// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/initramfs/root_stack.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include "fixers/text/expression.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr auto settings_file = "/etc/dracut.conf.d/10-virt-hyper2kvm.conf";

/// The guest's own settings of dracut, without those of its packages and ours.
Result<std::vector<std::string>> own_settings(const GuestView &guest) {
    auto paths = H2K_TRY(guest.list("/etc/dracut.conf.d/*.conf"));
    std::erase(paths, settings_file);
    if (H2K_TRY(guest.exists("/etc/dracut.conf")))
        paths.insert(paths.begin(), "/etc/dracut.conf");
    return paths;
}

/// @word of omit_drivers with '-' as '_', as the names of modules have it; a range between brackets stays.
std::string module_expression(std::string_view word) {
    std::string expression{word};
    std::size_t list = 0; // the first character after "[" or "[^"
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        const bool ends_list = list && i + 1 < expression.size() && expression[i + 1] == ']';
        if (c == '-' && (!list || i == list || ends_list))
            expression[i] = '_';
        else if (c == '[' && !list)
            list = i + 1 < expression.size() && expression[i + 1] == '^' ? i + 2 : i + 1;
        else if (c == ']' && i > list)
            list = 0;
    }
    return expression;
}

/// Would @word of omit_drivers, an extended regular expression, leave out one of @drivers?  Older releases, such as
/// RHEL 8's, search the name of a module for it; newer ones want all of it.  @budget: of expressions to compile.
bool leaves_out(const std::string &word, const std::vector<std::string> &drivers, std::size_t &budget) {
    constexpr std::size_t longest = 64;
    const auto name = module_expression(word);
    if (name.starts_with("virtio"))
        return true;
    if (name.find_first_of(".*+?|^$\\()[]{}") == std::string::npos)
        return std::ranges::any_of(drivers, [&](const std::string &driver) { return driver.contains(name); });
    if (name.size() > longest || budget == 0)
        return false;
    --budget;
    const auto expression = text::Expression::compile(name);
    return expression &&
           std::ranges::any_of(drivers, [&](const std::string &driver) { return expression->fits(driver); });
}

/// Drivers of the new hardware that the guest's settings leave out would be missing from every image.
Result<std::vector<Change>> allow_drivers(const GuestView &guest, const std::vector<std::string> &drivers,
                                          Notices &notices) {
    std::vector<Change> changes;
    text::ConfigReader reader{64, 1u << 20};
    std::size_t budget = 256; // no guest has as many
    for (const auto &path : H2K_TRY(own_settings(guest))) {
        const auto file = H2K_TRY(reader.read(guest, path, notices)).value_or("");
        text::Edits edits;
        for (const auto &setting : text::parse_assignments(file)) {
            if (setting.key != "omit_drivers")
                continue;
            auto left = words(setting.value.value);
            if (std::erase_if(left, [&](const std::string &word) { return leaves_out(word, drivers, budget); }))
                edits.replace(setting.value, left.empty() ? " " : " " + join(left, " ") + " ");
        }
        if (!edits.empty())
            changes.push_back({.reason = _("It leaves drivers of the new hardware out of every initramfs."),
                               .action = WriteFile{path, edits.applied(file)}});
    }
    return changes;
}

/// dracut.conf(5).
Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &, const InitramfsSpec &spec,
                                      Notices &notices) {
    auto changes = H2K_TRY(allow_drivers(guest, spec.drivers, notices));
    auto drivers = spec.drivers;
    drivers.insert(drivers.end(), spec.old_drivers.begin(), spec.old_drivers.end());
    const auto content = std::string{initramfs_marker} + ".\nadd_drivers+=\" " + join(drivers, " ") + " \"\n";
    if (H2K_TRY(guest.read(settings_file)) != content)
        changes.push_back({.reason = reason_to_list(drivers), .action = WriteFile{settings_file, content}});
    return changes;
}

/// Does this dracut have @option?
Result<bool> has_option(const GuestView &guest, std::string_view option) {
    Notices ignored;
    for (const auto *path : {"/usr/bin/dracut", "/usr/sbin/dracut", "/sbin/dracut"})
        if (const auto script = H2K_TRY(text::read_config(guest, path, ignored)))
            return script->contains(option);
    return false;
}

/// RHEL 6's dracut does not have the option, and builds general images anyway.
Result<bool> can_be_general(const GuestView &guest) { return has_option(guest, "no-hostonly"); }

/// In host-only mode dracut examines the machine that it runs on, which is the appliance.
Result<bool> widens(const GuestView &guest, const InitramfsSpec &spec) {
    // A general image has no crypttab, mdadm.conf or command line of this guest (dracut.cmdline(7)).
    return !spec.keeps_settings && !spec.narrow && H2K_TRY(can_be_general(guest));
}

std::string modules_for(const std::vector<std::string> &stack) {
    std::vector<std::string> modules;
    if (has_layer(stack, "crypt"))
        modules.emplace_back("crypt");
    if (has_layer(stack, "lvm"))
        modules.emplace_back("lvm");
    if (!modules.empty())
        modules.emplace_back("dm");
    if (has_layer(stack, "raid"))
        modules.emplace_back("mdraid");
    return join(modules, " ");
}

/// Loadable file systems among @stack, by the names that the kernel gives its modules.
std::string file_systems_in(const std::vector<std::string> &stack) {
    constexpr std::array<std::string_view, 6> known{"ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs"};
    std::vector<std::string> found;
    for (const auto &layer : stack)
        if (std::ranges::find(known, layer) != known.end())
            found.push_back(layer);
    return join(found, " ");
}

/// Kernel and image last, in the form that every version understands; --kver came later.
Result<std::vector<std::string>> command(const GuestView &guest, const Kernel &kernel, const InitramfsSpec &spec) {
    std::vector<std::string> argv{"dracut", "--force"};
    if (H2K_TRY(widens(guest, spec)))
        argv.emplace_back("--no-hostonly");
    else if (H2K_TRY(can_be_general(guest))) {
        if (const auto modules = modules_for(spec.stack); !modules.empty())
            argv.insert(argv.end(), {"--add", modules});
        if (const auto names = file_systems_in(spec.stack); !names.empty())
            argv.insert(argv.end(), {"--add-drivers", names});
    }
    argv.insert(argv.end(), {kernel.initramfs, kernel.version});
    return argv;
}

/// With our settings and those of the guest's packages only: one of its own may demand a module that dracut no longer
/// has.  Both options need something that exists, and the folder of the kernel's modules never has a *.conf.
Result<std::vector<std::string>> otherwise(const GuestView &guest, const Kernel &kernel, const InitramfsSpec &spec) {
    if (H2K_TRY(own_settings(guest)).empty() || !H2K_TRY(has_option(guest, "--confdir")))
        return std::vector<std::string>{};
    auto argv = H2K_TRY(command(guest, kernel, spec));
    const std::vector<std::string> options{"--conf", settings_file, "--confdir", "/lib/modules/" + kernel.version};
    argv.insert(argv.begin() + 1, options.begin(), options.end());
    return argv;
}

} // namespace

const InitramfsTool dracut{"dracut", configure, command, widens, otherwise};

} // namespace h2k
