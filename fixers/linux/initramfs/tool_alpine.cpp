// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>
#include <fnmatch.h>

namespace h2k {

namespace {

constexpr auto settings_file = "/etc/mkinitfs/mkinitfs.conf";
constexpr auto own_feature = "virt-hyper2kvm";

struct ModulePath {
    std::string_view name;
    const char *path; ///< below the modules folder; without the suffix of its compression
};
constexpr std::array<ModulePath, 8> module_paths{{
    {"virtio_pci", "kernel/drivers/virtio/virtio_pci.ko"},
    {"virtio_blk", "kernel/drivers/block/virtio_blk.ko"},
    {"virtio_scsi", "kernel/drivers/scsi/virtio_scsi.ko"},
    {"virtio_net", "kernel/drivers/net/virtio_net.ko"},
    {"sd_mod", "kernel/drivers/scsi/sd_mod.ko"},
    {"ahci", "kernel/drivers/ata/ahci.ko"},
    {"ata_piix", "kernel/drivers/ata/ata_piix.ko"},
    {"nvme", "kernel/drivers/nvme/host/nvme.ko"},
}};

/// A list of patterns, one per line; one that names a folder means all below it.
bool covers(std::string_view list, const std::string &path) {
    return std::ranges::any_of(lines(list), [&](const std::string &line) {
        const auto pattern = std::string{trim(line)};
        return !pattern.empty() && !pattern.starts_with('#') && pattern.size() < 256 &&
               (fnmatch(pattern.c_str(), path.c_str(), 0) == 0 ||
                fnmatch((pattern + "/*").c_str(), path.c_str(), 0) == 0);
    });
}

Result<std::string> listed_modules(const GuestView &guest, const std::vector<std::string> &features, Notices &notices) {
    text::ConfigReader reader{128, 1u << 20};
    std::string all;
    for (const auto *folder : {"/etc/mkinitfs/features.d/", "/usr/share/mkinitfs/features.d/"})
        for (const auto &path : H2K_TRY(guest.list(std::string{folder} + "*.modules")))
            for (const auto &feature : features)
                if (path == folder + feature + ".modules")
                    all += H2K_TRY(reader.read(guest, path, notices)).value_or("") + "\n";
    return all;
}

/// The patterns of @drivers that no feature of the guest includes.
std::vector<std::string> uncovered(const std::string &listed, const std::vector<std::string> &drivers) {
    std::vector<std::string> found;
    for (const auto &driver : drivers)
        for (const auto &[name, path] : module_paths)
            if (name == driver && !covers(listed, path))
                found.push_back(std::string{path} + "*");
    return found;
}

Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &, const InitramfsSpec &spec,
                                      Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, settings_file, notices))
                          .value_or("features=\"ata base ext4 keymap kms nvme raid scsi usb\"\n");
    const auto settings = text::parse_assignments(file);
    const auto *features = text::last(settings, "features");
    if (!features)
        return {};
    auto names = words(text::value_of(settings, "features"));
    const auto listed = names;
    const auto add = [&](const char *name) {
        if (std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    };
    add("virtio");
    std::vector<Change> changes;
    if (const auto patterns = uncovered(H2K_TRY(listed_modules(guest, names, notices)), spec.drivers);
        !patterns.empty()) {
        add(own_feature);
        changes.push_back({.reason = reason_to_list(spec.drivers),
                           .action = WriteFile{"/etc/mkinitfs/features.d/" + std::string{own_feature} + ".modules",
                                               join(patterns, "\n") + "\n"}});
    }
    if (names == listed)
        return changes;
    text::Edits edits;
    const std::vector<std::string> added{names.begin() + static_cast<std::ptrdiff_t>(listed.size()), names.end()};
    edits.insert(features->value.at + features->value.size,
                 (features->value.value.empty() ? "" : " ") + join(added, " "));
    changes.push_back(
        {.reason = reason_to_list(spec.drivers), .action = WriteFile{settings_file, edits.applied(file)}});
    return changes;
}

/// mkinitfs(1).  Its features name drivers; the machine that it runs on does not matter.
Result<std::vector<std::string>> command(const GuestView &, const Kernel &kernel, const InitramfsSpec &) {
    return std::vector<std::string>{"mkinitfs", "-o", kernel.initramfs, kernel.version};
}

Result<bool> widens(const GuestView &, const InitramfsSpec &) { return false; }

} // namespace

const InitramfsTool mkinitfs{"mkinitfs", configure, command, widens};

} // namespace h2k
