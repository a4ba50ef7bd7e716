// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/inspect/inspect.h"
#include "convert/inspect/root_layout.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// A path without doubled and trailing slashes and "." parts; empty for one that is not absolute or has ".." parts.
std::string plain_path(std::string_view path) {
    if (!path.starts_with('/'))
        return {};
    std::string plain;
    for (const auto &part : split(path, '/')) {
        if (part == "..")
            return {};
        if (!part.empty() && part != ".")
            plain += "/" + part;
    }
    return plain.empty() ? "/" : plain;
}

/// Only what chooses the tree that is seen.  All else concerns the running guest alone, and a kernel other than the
/// guest's may refuse it: quotas, "errors=", character sets, "x-systemd." …; "ro" would even keep us from repairing.
std::string kept_options(const BlockDevice &device, const text::FstabEntry &entry) {
    constexpr std::array<std::string_view, 2> kept{"subvol=", "subvolid="};
    if (device.type != "btrfs" || !entry.options)
        return {};
    std::vector<std::string> left;
    for (const auto &option : split(entry.options->value, ','))
        if (std::ranges::any_of(kept, [&](const auto start) { return option.starts_with(start); }))
            left.push_back(option);
    return join(left, ",");
}

bool is_mounted_at_boot(const text::FstabEntry &entry, const std::string &path) {
    if (entry.has_option("bind") || entry.has_option("rbind"))
        return false;
    // Some distributions mount what the boot loader reads on demand only; what is repaired is there all the same.
    return !entry.has_option("noauto") || path == "/boot" || path == "/efi" || path.starts_with("/boot/");
}

bool can_be_mounted(const BlockDevice &device) {
    constexpr std::array<std::string_view, 7> never{"",          "swap",      "swsuspend", "LVM2_member", "crypto_LUKS",
                                                    "BitLocker", "zfs_member"};
    return std::ranges::find(never, device.type) == never.end() && !device.type.ends_with("_raid_member");
}

auto depth(const Mount &mount) { return mount.path == "/" ? 0 : std::ranges::count(mount.path, '/'); }

/// More than a guest ever has; each costs a mount in the appliance.
constexpr std::size_t most_mounts = 64;

void add_entry(std::vector<Mount> &mounts, const std::vector<BlockDevice> &devices, const text::FstabEntry &entry) {
    const auto path = plain_path(entry.target.value);
    if (path.empty() || path == "/" || !is_mounted_at_boot(entry, path) ||
        std::ranges::find(mounts, path, &Mount::path) != mounts.end())
        return;
    const auto *device = find_device(devices, entry.device.value);
    if (device != nullptr && can_be_mounted(*device))
        mounts.push_back({device->name, path, device->type, kept_options(*device, entry)});
}

/// "/" is the device that was chosen, whatever the entry names: the boot loader does not ask fstab either.
Mount root_mount(const BlockDevice &device, const std::string &subvolume,
                 const std::vector<text::FstabEntry> &entries) {
    Mount mount{device.name, "/", device.type, subvolume.empty() ? "" : "subvol=" + subvolume};
    for (const auto &entry : entries)
        if (plain_path(entry.target.value) == "/") {
            if (const auto options = kept_options(device, entry); !options.empty())
                mount.options = options;
            break;
        }
    return mount;
}

} // namespace

Result<std::vector<Mount>> plan_mounts(const StorageView &storage, const std::vector<BlockDevice> &devices,
                                       const std::string &root) {
    const auto device = std::ranges::find(devices, root, &BlockDevice::name);
    if (device == devices.end())
        return fail(H2K_ERROR_FAILED, "no device “%s” among the guest's", root.c_str());
    const auto subvolume = H2K_TRY(find_root_on(storage, *device)).value_or("");
    Notices ignored; // warn_of_mounts() warns of it
    const auto fstab =
        text::within_limit(H2K_TRY(storage.read_on(root, (subvolume.empty() ? "" : "/" + subvolume) + "/etc/fstab")),
                           "/etc/fstab", text::fstab_limit, ignored)
            .value_or("");
    const auto entries = text::parse_fstab(fstab);
    std::vector mounts{root_mount(*device, subvolume, entries)};
    for (const auto &entry : entries)
        if (mounts.size() < most_mounts)
            add_entry(mounts, devices, entry);
    std::ranges::stable_sort(mounts, {}, depth);
    return mounts;
}

Result<> warn_of_mounts(const GuestView &guest, const std::vector<BlockDevice> &devices,
                        const std::vector<Mount> &mounts, Notices &notices) {
    const auto fstab = H2K_TRY(text::read_config(guest, "/etc/fstab", notices, text::fstab_limit));
    if (!fstab || mounts.size() < most_mounts)
        return {};
    auto more = mounts;
    for (const auto &entry : text::parse_fstab(*fstab))
        if (more.size() <= most_mounts)
            add_entry(more, devices, entry);
    if (more.size() > most_mounts)
        notices.warn("guest.too-many-file-systems",
                     sentence(_("The guest's fstab names more than %zu file systems; only the first %zu were mounted."),
                              most_mounts, most_mounts));
    return {};
}

} // namespace h2k
