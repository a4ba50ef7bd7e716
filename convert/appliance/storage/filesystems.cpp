// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/filesystems.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/guest/lane.h"
#include <algorithm>
#include <optional>

namespace h2k {

namespace {

/// A swap area in use has gigabytes of garbage in it.  The signature is read before and written back after.
Result<> empty_swap(const Handle &handle, const BlockDevice &swap) {
    if (swap.uuid.empty() || guestfs_blkdiscard(handle.call(&CallLimits::work), swap.name.c_str()) < 0)
        return {};
    struct guestfs_mkswap_opts_argv options{};
    options.bitmask = GUESTFS_MKSWAP_OPTS_UUID_BITMASK;
    options.uuid = swap.uuid.c_str();
    if (!swap.label.empty()) {
        options.bitmask |= GUESTFS_MKSWAP_OPTS_LABEL_BITMASK;
        options.label = swap.label.c_str();
    }
    if (guestfs_mkswap_opts_argv(handle.call(), swap.name.c_str(), &options) < 0)
        return handle.failed(_("Writing the signature of the swap area again"));
    return {};
}

std::string damage(const std::string &device, const std::string &words) {
    return sentence(_("The file system on %s is damaged: %s"), device.c_str(), replace_all(words, "\n", " ").c_str());
}

/// The name goes into a shell of the appliance, so it must hold no special characters.
bool is_safe_in_shell(std::string_view name) { return name.starts_with("/dev/") && consists_of(name, "/_-.+"); }

/// What a shell of the appliance calls @device; empty: cannot be determined.  Its kernel may name the disks in another
/// order than libguestfs, which translates "/dev/sdX" for all calls but this.
std::string name_in_shell(const BlockDevice &device, std::span<const BlockDevice> devices) {
    if (!is_safe_in_shell(device.name))
        return {};
    if (!device.name.starts_with("/dev/sd"))
        return device.name;
    const bool plain = !device.uuid.empty() &&
                       std::ranges::all_of(device.uuid, [](char c) { return g_ascii_isxdigit(c) || c == '-'; });
    if (!plain || std::ranges::count(devices, device.uuid, &BlockDevice::uuid) != 1)
        return {};
    return "\"$(blkid -U " + device.uuid + ")\"";
}

/// libguestfs before 1.52 runs e2fsck only to repair, hence by way of its debug call.  Nullopt: not damaged, or not
/// to be checked.
std::optional<std::string> check_ext(const Handle &handle, const BlockDevice &device,
                                     std::span<const BlockDevice> devices) {
    const auto name = name_in_shell(device, devices);
    if (name.empty())
        return std::nullopt;
    std::string script = "said=$(e2fsck -f -n " + name + " 2>&1); echo $?; printf %s \"$said\" | tail -c 1500";
    char *words[] = {script.data(), nullptr};
    const Owned<char> said{guestfs_debug(handle.call(&CallLimits::work), "sh", words)};
    if (!said)
        return std::nullopt;
    const std::string_view text{said.get()};
    const auto status = text.substr(0, text.find('\n'));
    constexpr unsigned left_uncorrected = 4; // e2fsck(8), "EXIT CODE"
    const auto code = parse_number<unsigned>(status, 0, 31);
    if (!code || !(*code & left_uncorrected))
        return std::nullopt;
    return last_words(text.substr(status.size()));
}

std::optional<std::string> check_xfs(const Handle &handle, const std::string &device) {
    char xfs[] = "xfs";
    char *groups[] = {xfs, nullptr};
    if (guestfs_feature_available(handle.call(), groups) != 1)
        return std::nullopt;
    struct guestfs_xfs_repair_argv options{};
    options.bitmask = GUESTFS_XFS_REPAIR_NOMODIFY_BITMASK;
    options.nomodify = 1;
    if (guestfs_xfs_repair_argv(handle.call(&CallLimits::work), device.c_str(), &options) != 1)
        return std::nullopt;
    return std::string{_("xfs_repair found inconsistencies.")};
}

} // namespace

Result<> trim_all(const Handle &handle, std::span<const Mount> mounts, std::span<const BlockDevice> devices) {
    for (const auto &mount : mounts) {
        struct guestfs_fstrim_argv options{};
        guestfs_fstrim_argv(handle.call(&CallLimits::work), mount.path.c_str(), &options);
        if (!handle.alive())
            return handle.failed(_("Trimming the guest's file systems"));
    }
    for (const auto &device : devices)
        if (device.type == "swap")
            H2K_CHECK(empty_swap(handle, device));
    if (!handle.alive())
        return handle.failed(_("Trimming the guest's swap"));
    return {};
}

Result<Notices> check_all(const Handle &handle, std::span<const Mount> mounts, std::span<const BlockDevice> devices) {
    Notices notices;
    for (const auto &device : devices) {
        if (std::ranges::find(mounts, device.name, &Mount::device) == mounts.end())
            continue;
        std::optional<std::string> found;
        if (is_ext(device))
            found = check_ext(handle, device, devices);
        else if (device.type == "xfs")
            found = check_xfs(handle, device.name);
        if (found)
            notices.warn("guest.file-system-damaged", damage(device.name, *found));
        if (!handle.alive())
            return handle.failed(_("Checking the guest's file systems"));
    }
    return notices;
}

} // namespace h2k
