// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/inspect/boot/entries.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/inspect.h"
#include "convert/inspect/root_layout.h"
#include <algorithm>

namespace h2k {

namespace {

using Devices = std::vector<BlockDevice>;

bool is_same(const BlockDevice &a, const BlockDevice &b) {
    return a.name == b.name || (a.type == "btrfs" && b.type == "btrfs" && !a.uuid.empty() && a.uuid == b.uuid);
}

const BlockDevice *largest_on_first_disk(const std::vector<const BlockDevice *> &roots) {
    return *std::ranges::min_element(roots, [](const auto *a, const auto *b) {
        return std::pair{a->disk, ~a->bytes} < std::pair{b->disk, ~b->bytes};
    });
}

/// The content of @device, where it was opened.
const BlockDevice *opened(const Devices &devices, const BlockDevice *device) {
    for (std::size_t i = 0; device && device->lock == Lock::open && i < devices.size(); ++i)
        if (devices[i].below == std::vector{device->name}) {
            device = &devices[i];
            i = 0;
        }
    return device;
}

/// The device that the user means, in any spelling, also those that only a system on the disks knows.
Result<const BlockDevice *> find_named(const StorageView &storage, const Devices &devices, const std::string &spelling,
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

Result<ChosenRoot> named_root(const StorageView &storage, const Devices &devices, const std::string &spelling,
                              const std::vector<std::string> &roots) {
    const auto shown = printable(spelling);
    const auto *device = H2K_TRY(find_named(storage, devices, spelling, roots));
    if (!device)
        return fail(H2K_ERROR_SOURCE, _("None of the guest's devices is “%s”, which --root names."), shown.c_str());
    const auto at = std::ranges::find_if(roots, [&](const auto &root) {
        const auto *known = device_named(devices, root);
        return known && is_same(*known, *device);
    });
    if (at != roots.end())
        return ChosenRoot{*at, {}};
    // find_roots() skips what another system mounts.
    if (H2K_TRY(find_root_on(storage, *device)))
        return ChosenRoot{device->name, {}};
    H2K_CHECK(require_open(*device));
    return fail(H2K_ERROR_SOURCE, _("“%s”, which --root names, holds no Linux system."), shown.c_str());
}

/// The one of @roots that the boot loaders on the first disk start by default, and the entry that says so; null: they
/// name none, or several.
struct StartedRoot {
    const BlockDevice *root = nullptr;
    DefaultEntry by;
};
Result<StartedRoot> started_by_default(const StorageView &storage, const Devices &devices,
                                       const std::vector<const BlockDevice *> &roots,
                                       const std::vector<std::string> &names) {
    StartedRoot started;
    for (auto &entry : H2K_TRY(find_default_entries(storage, devices))) {
        const auto *device = H2K_TRY(find_named(storage, devices, entry.root, names));
        if (!device)
            continue;
        const auto at = std::ranges::find_if(roots, [&](const auto *r) { return is_same(*r, *device); });
        if (at == roots.end() || (started.root && started.root != *at))
            return StartedRoot{};
        if (!started.root)
            started = {*at, std::move(entry)};
    }
    return started;
}

} // namespace

Result<ChosenRoot> choose_root(const StorageView &storage, const std::string &named) {
    if (named == no_root)
        return ChosenRoot{};
    const auto names = H2K_TRY(find_roots(storage));
    const auto devices = H2K_TRY(storage.devices());
    if (!named.empty())
        return named_root(storage, devices, named, names);
    if (names.empty()) {
        H2K_CHECK(require_system(storage));
        return ChosenRoot{};
    }
    if (names.size() == 1)
        return ChosenRoot{names.front(), {}};
    std::vector<const BlockDevice *> roots;
    for (const auto &name : names)
        roots.push_back(device_named(devices, name));
    const auto all = join(names, ", ");
    if (const auto started = H2K_TRY(started_by_default(storage, devices, roots, names)); started.root)
        return ChosenRoot{started.root->name,
                          sentence(_("Several operating systems were found, on %s. The one on %s is used, since the "
                                     "boot loader starts it by default: “%s” on %s says “root=%s” in the entry that it "
                                     "starts; --root selects another."),
                                   all.c_str(), started.root->name.c_str(), printable(started.by.file).c_str(),
                                   started.by.device.c_str(), printable(started.by.root).c_str())};
    const auto *root = largest_on_first_disk(roots);
    return ChosenRoot{root->name, sentence(_("Several operating systems were found, on %s. The one on %s is used, as "
                                             "the largest on the first of these disks; --root selects another."),
                                           all.c_str(), root->name.c_str())};
}

} // namespace h2k
