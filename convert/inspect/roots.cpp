// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/inspect/firmware.h"
#include "convert/inspect/inspect.h"
#include "convert/inspect/root_layout.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include <algorithm>
#include <array>
#include <iterator>

namespace h2k {

namespace {

/// In the folder @at of the device; two reads for an empty file system, one for nearly every root.
Result<bool> is_root(const StorageView &storage, const std::string &device, const std::string &at) {
    for (const auto *path : {"/etc/os-release", "/usr/lib/os-release"})
        if (H2K_TRY(storage.read_on(device, at + path)))
            return true;
    // With /usr elsewhere, or older than os-release.
    return H2K_TRY(storage.read_on(device, at + "/etc/fstab")) && H2K_TRY(storage.read_on(device, at + "/etc/passwd"));
}

/// Small files that every Windows has, in the spellings that its versions wrote: NTFS is mounted with case.
constexpr std::array windows_files{"/Windows/System32/drivers/etc/hosts", "/WINDOWS/system32/drivers/etc/hosts",
                                   "/Windows/win.ini", "/WINDOWS/win.ini", "/WINNT/win.ini"};

Result<std::string> windows_device(const StorageView &storage) {
    for (const auto &device : H2K_TRY(storage.devices()))
        if (device.type == "ntfs")
            for (const auto *path : windows_files)
                if (H2K_TRY(storage.read_on(device.name, path)))
                    return device.name;
    return {};
}

const BlockDevice *first_with(const std::vector<BlockDevice> &devices, std::string_view type) {
    const auto found = std::ranges::find(devices, type, &BlockDevice::type);
    return found == devices.end() ? nullptr : &*found;
}

/// The devices that the system on @root mounts where only parts of itself belong.
Result<std::vector<const BlockDevice *>> parts_of_root(const StorageView &storage,
                                                       const std::vector<BlockDevice> &devices, const BlockDevice &root,
                                                       const std::string &subvolume) {
    constexpr std::array<std::string_view, 7> folders{"boot", "home", "opt", "srv", "tmp", "usr", "var"};
    const auto folder = subvolume.empty() ? "" : "/" + subvolume;
    Notices ignored; // warn_of_mounts() warns of it for the root that is chosen
    const auto fstab = text::within_limit(H2K_TRY(storage.read_on(root.name, folder + "/etc/fstab")), "/etc/fstab",
                                          text::fstab_limit, ignored)
                           .value_or("");
    std::vector<const BlockDevice *> parts;
    for (const auto &entry : text::parse_fstab(fstab)) {
        const auto steps = split(entry.target.value, '/');
        if (steps.size() < 2 || !steps[0].empty() || std::ranges::find(folders, steps[1]) == folders.end())
            continue;
        if (const auto *device = find_device(devices, entry.device.value); device != nullptr && device != &root)
            parts.push_back(device);
    }
    return parts;
}

} // namespace

bool may_hold_root(std::string_view type) {
    constexpr std::array<std::string_view, 10> types{"ext2", "ext3", "ext4",     "xfs",    "btrfs",
                                                     "f2fs", "jfs",  "reiserfs", "nilfs2", "bcachefs"};
    return std::ranges::find(types, type) != types.end();
}

std::span<const std::string_view> root_subvolumes(std::string_view type) {
    // Debian, Ubuntu and Arch, Fedora, calamares, Fedora beside another; SUSE makes its root the default subvolume.
    // What snapper and timeshift keep has other names, and never counts.
    static constexpr std::array<std::string_view, 6> names{"", "@rootfs", "@", "root", "@root", "root00"};
    return std::span{names}.first(type == "btrfs" ? names.size() : 1);
}

Result<std::optional<std::string>> find_root_on(const StorageView &storage, const BlockDevice &device) {
    if (!may_hold_root(device.type))
        return std::nullopt;
    for (const auto name : root_subvolumes(device.type))
        if (H2K_TRY(is_root(storage, device.name, name.empty() ? "" : "/" + std::string{name})))
            return std::string{name};
    return std::nullopt;
}

Result<std::vector<std::string>> find_roots(const StorageView &storage) {
    const auto devices = H2K_TRY(storage.devices());
    std::vector<const BlockDevice *> candidates;
    for (const auto &device : devices)
        if (may_hold_root(device.type) && !std::ranges::any_of(candidates, [&](const auto *other) {
                return device.type == "btrfs" && other->type == "btrfs" && other->uuid == device.uuid;
            })) // the members of a btrfs are one file system
            candidates.push_back(&device);
    // A root is seldom the smallest, and once it is found its fstab shows which devices need not be mounted.
    std::ranges::stable_sort(candidates, std::ranges::greater{}, &BlockDevice::bytes);
    std::vector<const BlockDevice *> roots, parts;
    for (const auto *device : candidates) {
        if (std::ranges::find(parts, device) != parts.end())
            continue;
        if (const auto subvolume = H2K_TRY(find_root_on(storage, *device))) {
            roots.push_back(device);
            std::ranges::move(H2K_TRY(parts_of_root(storage, devices, *device, *subvolume)), std::back_inserter(parts));
        }
    }
    std::ranges::sort(roots); // as the devices stand
    std::vector<std::string> names;
    for (const auto *root : roots)
        names.push_back(root->name);
    return names;
}

Result<bool> holds_windows(const StorageView &storage) { return !H2K_TRY(windows_device(storage)).empty(); }

Result<> require_unlocked(const std::vector<BlockDevice> &devices) {
    for (const auto &device : devices)
        if (device.type == "crypto_LUKS" && device.lock == Lock::wrong_key)
            return fail(H2K_ERROR_SOURCE,
                        _("The guest's volume %s is encrypted, and none of the keys that were given for it opens it."),
                        device.name.c_str());
    for (const auto &device : devices)
        if (device.type == "crypto_LUKS" && device.lock != Lock::open)
            return fail(H2K_ERROR_SOURCE,
                        _("The guest's volume %s is encrypted; give the file with its passphrase by --key "
                          "%s:file:PATH, or convert the disks as they are with --root none."),
                        device.name.c_str(), device.name.c_str());
    if (const auto *device = first_with(devices, "BitLocker"))
        return fail(H2K_ERROR_SOURCE,
                    _("The guest's volume %s is encrypted with BitLocker, which is not supported; --root none converts "
                      "the disks as they are."),
                    device->name.c_str());
    return {};
}

Result<> require_open(const BlockDevice &device) {
    H2K_CHECK(require_unlocked({device}));
    if (device.type == "zfs_member")
        return fail(H2K_ERROR_SOURCE, _("The guest's volume %s belongs to a ZFS pool, which cannot be opened offline."),
                    device.name.c_str());
    if (device.type == "bcachefs")
        return fail(
            H2K_ERROR_SOURCE,
            _("The guest's volume %s has the file system bcachefs, which the appliance's kernel may not support; "
              "no operating system was found on it."),
            device.name.c_str());
    return {};
}

Result<> require_system(const StorageView &storage) {
    if (const auto device = H2K_TRY(windows_device(storage)); !device.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("The guest's volume %s holds Windows, which this version cannot repair; --root none converts the "
                      "disks as they are."),
                    device.c_str());
    const auto devices = H2K_TRY(storage.devices());
    H2K_CHECK(require_unlocked(devices));
    const bool holds_something =
        std::ranges::any_of(devices, [](const auto &device) { return device.partition != 0 || !device.type.empty(); });
    if (!holds_something && disks_with_boot_code(H2K_TRY(storage.first_sectors())).empty())
        return fail(H2K_ERROR_SOURCE, "%s",
                    _("No operating system was found: the guest's disks hold no partition, no recognised file system "
                      "and no boot loader."));
    return {};
}

} // namespace h2k
