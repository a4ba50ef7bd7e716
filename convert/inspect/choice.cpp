// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/inspect.h"
#include "convert/inspect/root_layout.h"
#include "fixers/text/boot_lines.h"
#include "fixers/text/config_file.h"
#include "fixers/text/kernel_args.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

using Devices = std::vector<BlockDevice>;

bool is_same(const BlockDevice &a, const BlockDevice &b) {
    return a.name == b.name || (a.type == "btrfs" && b.type == "btrfs" && !a.uuid.empty() && a.uuid == b.uuid);
}

/// The number of the entry that grub.cfg starts; nullopt: it depends on what was saved, or is a title.
std::optional<std::size_t> default_entry(std::string_view config) {
    std::string value = "0";
    for (const auto &line : text::lines_of(config)) {
        const auto plain = trim(line.content);
        constexpr std::string_view start = "set default=";
        if (plain.starts_with(start) && plain.find("next_entry") == std::string_view::npos)
            value = replace_all(std::string{plain.substr(start.size())}, "\"", "");
    }
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(value.c_str(), 10, 0, 255, &number, nullptr))
        return std::nullopt;
    return number;
}

/// What "root=" says in the entry that grub.cfg starts by default; empty: that is not told simply.
std::string root_of_default(std::string_view config) {
    const auto wanted = default_entry(config);
    if (!wanted)
        return {};
    std::size_t entries = 0, from = config.size(), to = config.size();
    for (const auto &line : text::lines_of(config))
        if (line.content.starts_with("menuentry ") || line.content.starts_with("submenu ")) {
            if (entries == *wanted)
                from = line.at;
            if (entries == *wanted + 1)
                to = line.at;
            ++entries;
        }
    for (const auto &region : text::grub_kernel_lines(config))
        if (region.at >= from && region.at < to)
            for (const auto &argument : text::kernel_arguments(config, region.at, region.size))
                if (argument.name == "root")
                    return argument.value.value;
    return {};
}

/// Where grub.cfg may lie on @device, seen from the file system's top.
Result<std::vector<std::string>> places_on(const StorageView &storage, const BlockDevice &device) {
    std::vector<std::string> places{"/grub/grub.cfg", "/grub2/grub.cfg"};
    if (const auto subvolume = H2K_TRY(find_root_on(storage, device))) {
        const auto top = subvolume->empty() ? "" : "/" + *subvolume;
        places = {top + "/boot/grub/grub.cfg", top + "/boot/grub2/grub.cfg"};
    }
    return places;
}

/// The one of @roots that the boot loader on the first disk starts by default; null: it does not say so simply.
Result<const BlockDevice *> started_by_default(const StorageView &storage, const Devices &devices,
                                               const std::vector<const BlockDevice *> &roots) {
    const BlockDevice *told = nullptr;
    for (const auto &device : devices) {
        if (device.disk != 0 || !may_hold_root(device.type))
            continue;
        for (const auto &path : H2K_TRY(places_on(storage, device))) {
            std::vector<std::string> unsaid; // the fixer says it
            const auto config =
                text::within_limit(H2K_TRY(storage.read_on(device.name, path)), path, text::grub_limit, unsaid);
            const auto *root = find_device(devices, root_of_default(config.value_or("")));
            if (!root)
                continue;
            const auto at = std::ranges::find_if(roots, [&](const auto *r) { return is_same(*r, *root); });
            if (at == roots.end() || (told && told != *at))
                return nullptr;
            told = *at;
        }
    }
    return told;
}

const BlockDevice *largest_on_first_disk(const std::vector<const BlockDevice *> &roots) {
    return *std::ranges::min_element(roots, [](const auto *a, const auto *b) {
        return std::pair{a->disk, ~a->bytes} < std::pair{b->disk, ~b->bytes};
    });
}

/// What lies in @device where that was opened.
const BlockDevice *opened(const Devices &devices, const BlockDevice *device) {
    for (std::size_t i = 0; device && device->lock == Lock::open && i < devices.size(); ++i)
        if (devices[i].below == std::vector{device->name}) {
            device = &devices[i];
            i = 0;
        }
    return device;
}

/// The device that the user means, in whatever spelling, also those that only a system on the disks knows.
Result<const BlockDevice *> wished(const StorageView &storage, const Devices &devices, const std::string &spelling,
                                   const std::vector<std::string> &roots) {
    if (const auto *device = find_device(devices, spelling))
        return opened(devices, device);
    for (const auto &root : roots) {
        const auto named = H2K_TRY(devices_as_named_on(storage, root));
        if (const auto *device = find_device(named, spelling))
            return device_named(devices, device->name);
    }
    return nullptr;
}

Result<ChosenRoot> wished_root(const StorageView &storage, const Devices &devices, const std::string &spelling,
                               const std::vector<std::string> &roots) {
    const auto shown = printable(spelling);
    const auto *device = H2K_TRY(wished(storage, devices, spelling, roots));
    if (!device)
        return fail(H2K_ERROR_SOURCE, _("None of the guest's devices is “%s”, which --root names."), shown.c_str());
    const auto at = std::ranges::find_if(roots, [&](const auto &root) {
        const auto *known = device_named(devices, root);
        return known && is_same(*known, *device);
    });
    if (at != roots.end())
        return ChosenRoot{*at, {}};
    // find_roots() passes over what another system mounts.
    if (H2K_TRY(find_root_on(storage, *device)))
        return ChosenRoot{device->name, {}};
    H2K_CHECK(require_open({*device}));
    return fail(H2K_ERROR_SOURCE, _("“%s”, which --root names, holds no Linux system."), shown.c_str());
}

} // namespace

Result<ChosenRoot> choose_root(const StorageView &storage, const std::string &wish) {
    const auto names = H2K_TRY(find_roots(storage));
    const auto devices = H2K_TRY(storage.devices());
    if (!wish.empty())
        return wished_root(storage, devices, wish, names);
    if (names.empty())
        return no_root(storage);
    if (names.size() == 1)
        return ChosenRoot{names.front(), {}};
    std::vector<const BlockDevice *> roots;
    for (const auto &name : names)
        roots.push_back(device_named(devices, name));
    const auto all = join(names, ", ");
    if (const auto *root = H2K_TRY(started_by_default(storage, devices, roots)))
        return ChosenRoot{root->name, sentence(_("Several operating systems were found, on %s. The one on %s is taken, "
                                                 "since the boot loader starts it by default; --root takes another."),
                                               all.c_str(), root->name.c_str())};
    const auto *root = largest_on_first_disk(roots);
    return ChosenRoot{root->name, sentence(_("Several operating systems were found, on %s. The one on %s is taken, as "
                                             "the largest on the first of these disks; --root takes another."),
                                           all.c_str(), root->name.c_str())};
}

} // namespace h2k
