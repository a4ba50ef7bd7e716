// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/inspect.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/inspect/clock.h"
#include "convert/inspect/firmware.h"
#include "convert/inspect/kernels.h"
#include "convert/inspect/os_release.h"
#include "convert/inspect/programs.h"
#include "convert/inspect/root_layout.h"
#include "convert/model/linux/families.h"
#include "convert/network/interfaces.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

namespace {

/// hostname(7): letters, digits, '-' and '.', at most 253 characters.
bool is_hostname(std::string_view name) {
    return !name.empty() && name.size() <= 253 &&
           std::ranges::all_of(name, [](char c) { return g_ascii_isalnum(c) || c == '-' || c == '.' || c == '_'; });
}

Result<std::string> find_hostname(const GuestView &guest, Notices &notices) {
    for (const auto *path : {"/etc/hostname", "/etc/HOSTNAME"})
        for (const auto &line : lines(H2K_TRY(text::read_config(guest, path, notices)).value_or("")))
            if (const auto name = trim(line); is_hostname(name))
                return std::string{name};
    for (const auto &line : lines(H2K_TRY(text::read_config(guest, "/etc/sysconfig/network", notices)).value_or("")))
        if (line.starts_with("HOSTNAME=")) {
            auto name = replace_all(std::string{trim(line.substr(9))}, "\"", "");
            return is_hostname(name) ? name : std::string{};
        }
    return {};
}

void warn_of_devices(Inspection &facts) {
    for (const auto &device : facts.devices) {
        const auto shown = printable(device.name);
        const char *name = shown.c_str();
        if (device.type == "BitLocker")
            facts.notices.warn("guest.volume-encrypted",
                               sentence(_("The volume %s is encrypted with BitLocker and stays as it is."), name));
        else if (device.lock == Lock::closed)
            facts.notices.warn("guest.volume-encrypted",
                               sentence(_("The volume %s is encrypted and stays as it is."), name));
        else if (device.type == "zfs_member")
            facts.notices.warn(
                "guest.volume-in-zfs-pool",
                sentence(_("The volume %s belongs to a ZFS pool, which cannot be opened offline; what it "
                           "holds stays as it is."),
                         name));
        if (device.degraded)
            facts.notices.warn(
                "guest.raid-degraded",
                sentence(_("The RAID set %s is degraded; the guest will run without the missing members."), name));
    }
}

void grade(Inspection &facts, const OsRelease &release) {
    const auto &system = facts.linux_facts();
    if (system.distro.empty())
        facts.notices.warn(
            "guest.unknown-distribution",
            _("The guest does not name its distribution; it is repaired according to the files that were found."));
    else if (find_linux_family(release.id, release.like) == nullptr)
        facts.notices.warn("guest.unknown-distribution",
                           sentence(_("The distribution “%s” is not recognised; the guest is repaired according to the "
                                      "files that were found."),
                                    printable(facts.pretty_name.empty() ? system.distro : facts.pretty_name).c_str()));
    if (facts.arch.empty())
        facts.notices.warn("guest.unknown-architecture",
                           _("The architecture of the guest's programs could not be determined."));
    if (system.kernels.empty())
        facts.notices.warn(
            "guest.no-kernel",
            _("No installed kernel with modules was found in the guest, so its initramfs cannot be checked."));
    else if (system.initramfs_tool.empty() &&
             std::ranges::any_of(system.kernels, [](const Kernel &kernel) { return !kernel.initramfs.empty(); }))
        facts.notices.warn("guest.no-initramfs-tool",
                           _("No supported program that builds an initramfs was found in the guest."));
    warn_of_devices(facts);
}

/// "/dev/sda1 (ext4), /dev/sda2 (swap)".
std::string contents(const std::vector<BlockDevice> &devices) {
    constexpr std::size_t most = 32;
    std::vector<std::string> parts;
    for (const auto &device : devices)
        if (!device.type.empty() && parts.size() < most)
            parts.push_back(printable(device.name) + " (" + printable(device.type) + ")");
    return join(parts, ", ");
}

Inspection inspect_unknown(std::vector<BlockDevice> devices) {
    Inspection facts;
    facts.firmware = firmware_of(devices, {});
    const auto seen = contents(devices);
    facts.notices.warn("guest.no-known-root",
                       seen.empty() ? std::string{_("No operating system was recognised: nothing on the guest's disks "
                                                    "is a recognised file system.")}
                                    : sentence(_("No operating system was recognised, or --root none was given; the "
                                                 "guest's disks hold %s."),
                                               seen.c_str()));
    facts.devices = std::move(devices);
    warn_of_devices(facts);
    return facts;
}

} // namespace

Result<Inspection> inspect(const GuestView &guest, std::vector<BlockDevice> devices, std::vector<Mount> mounts) {
    if (mounts.empty())
        return inspect_unknown(std::move(devices));
    Inspection facts;
    const auto release = H2K_TRY(read_os_release(guest, facts.notices));
    auto &system = facts.system.emplace<LinuxFacts>();
    system.distro = release.id;
    system.like = release.like;
    facts.version = release.version;
    facts.pretty_name = release.pretty_name;
    facts.arch = H2K_TRY(find_architecture(guest));
    facts.hostname = H2K_TRY(find_hostname(guest, facts.notices));
    system.init = H2K_TRY(find_init(guest));
    facts.clock_is_local = H2K_TRY(is_clock_local(guest, facts.notices));
    system.packages = H2K_TRY(find_package_format(guest, release));
    system.initramfs_tool = H2K_TRY(find_initramfs_tool(guest));
    system.kernels = H2K_TRY(find_kernels(guest, facts.notices));
    facts.interfaces = H2K_TRY(find_interfaces(guest, facts.notices));
    facts.firmware = firmware_of(devices, mounts);
    if (!mounts.empty())
        facts.root = mounts.front().device;
    H2K_CHECK(warn_of_mounts(guest, devices, mounts, facts.notices));
    for (const auto &mount : mounts)
        if (mount.path == "/" || mount.path == "/usr")
            for (auto &part : stack_below(devices, mount.device))
                if (std::ranges::find(system.root_stack, part) == system.root_stack.end())
                    system.root_stack.push_back(std::move(part));
    facts.devices = std::move(devices);
    facts.mounts = std::move(mounts);
    grade(facts, release);
    return facts;
}

} // namespace h2k
