// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "fixers/linux/initramfs/root_stack.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr auto settings_file = "/etc/dracut.conf.d/10-virt-hyper2kvm.conf";

/// dracut.conf(5).
Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &, const InitramfsSpec &spec,
                                      Notices &) {
    auto drivers = spec.drivers;
    drivers.insert(drivers.end(), spec.old_drivers.begin(), spec.old_drivers.end());
    const auto content = std::string{initramfs_marker} + ".\nadd_drivers+=\" " + join(drivers, " ") + " \"\n";
    if (H2K_TRY(guest.read(settings_file)) == content)
        return {};
    return std::vector<Change>{{.reason = reason_to_list(drivers), .action = WriteFile{settings_file, content}}};
}

/// Does this dracut support --no-hostonly?  RHEL 6's does not, and builds general images anyway.
Result<bool> can_be_general(const GuestView &guest) {
    Notices ignored;
    for (const auto *path : {"/usr/bin/dracut", "/usr/sbin/dracut", "/sbin/dracut"})
        if (const auto script = H2K_TRY(text::read_config(guest, path, ignored)))
            return script->find("no-hostonly") != std::string::npos;
    return false;
}

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

} // namespace

const InitramfsTool dracut{"dracut", configure, command, widens};

} // namespace h2k
