// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/device_names.h"
#include "convert/base/text.h"
#include "convert/inspect/disk_ids.h"
#include "convert/inspect/root_layout.h"
#include "fixers/text/config_file.h"
#include "fixers/text/fstab.h"
#include "fixers/text/kernel_args.h"
#include "fixers/text/mdadm_conf.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_names = 16; ///< of one device

void add_name(BlockDevice &device, std::string name) {
    if (device.names.size() < most_names && std::ranges::find(device.names, name) == device.names.end())
        device.names.push_back(std::move(name));
}

/// The content of the encrypted device that @spelling means is called @name below /dev/mapper.
void name_opened(std::vector<BlockDevice> &devices, std::string_view spelling, std::string_view name) {
    const auto *container = find_device(devices, spelling);
    if (!container || name.empty() || name.find('/') != std::string_view::npos)
        return;
    for (auto &device : devices)
        if (device.below.size() == 1 && device.below.front() == container->name && container->lock == Lock::open)
            add_name(device, "/dev/mapper/" + std::string{name});
}

/// rd.luks.name=UUID=NAME of systemd and dracut, cryptdevice=DEVICE:NAME[:OPTIONS] of Arch's hook "encrypt".
void name_by_arguments(std::vector<BlockDevice> &devices, std::string_view line) {
    for (const auto &argument : text::kernel_arguments(line)) {
        const std::string_view value = argument.value.value;
        const auto equals = value.find('='), colon = value.find(':');
        if ((argument.name == "rd.luks.name" || argument.name == "luks.name") && equals != std::string_view::npos)
            name_opened(devices, "UUID=" + std::string{value.substr(0, equals)}, value.substr(equals + 1));
        if (argument.name == "cryptdevice" && colon != std::string_view::npos) {
            const auto rest = value.substr(colon + 1);
            name_opened(devices, value.substr(0, colon), rest.substr(0, rest.find(':')));
        }
    }
}

void name_raids(std::vector<BlockDevice> &devices, std::string_view file) {
    for (const auto &line : text::parse_mdadm_conf(file)) {
        const auto uuid = text::array_value(line, "uuid");
        if (line.keyword != "array" || line.words.empty() || uuid.empty())
            continue;
        auto name = line.words.front().value;
        if (!name.starts_with("/dev/") && name.find_first_of("=/") == std::string::npos)
            name = "/dev/md/" + name; // mdadm.conf(5): "if it does not start with a slash, it is in /dev/md/"
        const auto lasting = "/dev/disk/by-id/md-uuid-" + lower(uuid);
        for (auto &device : devices)
            if (name.starts_with("/dev/") && std::ranges::find(device.names, lasting) != device.names.end())
                add_name(device, name);
    }
}

} // namespace

Result<std::vector<BlockDevice>> devices_as_named_on(const StorageView &storage, const std::string &root,
                                                     const std::vector<std::string> &wwns) {
    auto devices = H2K_TRY(storage.devices());
    const auto *device = device_named(devices, root);
    if (!device)
        return devices;
    const bool opened = std::ranges::any_of(devices, [](const auto &d) { return d.lock == Lock::open; });
    const bool raids = std::ranges::any_of(devices, [](const auto &d) { return d.type.ends_with("_raid_member"); });
    const auto subvolume = H2K_TRY(find_root_on(storage, *device)).value_or("");
    const auto read = [&](const char *path) -> Result<std::string> {
        Notices ignored; // the fixers warn of it
        return text::within_limit(H2K_TRY(storage.read_on(root, (subvolume.empty() ? "" : "/" + subvolume) + path)),
                                  path, text::config_limit, ignored)
            .value_or("");
    };
    DiskIdFiles files;
    files.fstab = H2K_TRY(read("/etc/fstab"));
    files.crypttab = H2K_TRY(read("/etc/crypttab"));
    const auto names_in = [&](std::string_view folder) {
        return files.fstab.contains(folder) || files.crypttab.contains(folder);
    };
    // Most guests name no disk in such a way, and each file costs a call.
    const bool mapped = names_in("/dev/mapper/");
    if (mapped) {
        files.multipath_conf = H2K_TRY(read("/etc/multipath.conf"));
        files.multipath_bindings = H2K_TRY(read("/etc/multipath/bindings"));
    }
    if (mapped || names_in("/dev/disk/by-id/"))
        name_by_ids(devices, root, wwns, files);
    if (opened) {
        for (const auto &entry : text::parse_crypttab(files.crypttab))
            name_opened(devices, entry.device.value, entry.name.value);
        for (const auto *path : {"/etc/kernel/cmdline", "/etc/default/grub"})
            for (const auto &line : lines(H2K_TRY(read(path))))
                if (!line.starts_with('#'))
                    name_by_arguments(devices, replace_all(replace_all(line, "\"", " "), "'", " "));
    }
    if (raids)
        for (const auto *path : {"/etc/mdadm.conf", "/etc/mdadm/mdadm.conf"})
            name_raids(devices, H2K_TRY(read(path)));
    return devices;
}

} // namespace h2k
