// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/needs.h"
#include "convert/model/linux/kernel_modules.h"
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace h2k {

namespace {

struct BusDrivers {
    Bus bus;
    std::array<std::string_view, 3> drivers; ///< padded with empty ones
};

/// The disk controllers that a domain can get, and the kernel's drivers for them.
constexpr std::array<BusDrivers, 5> by_bus{{
    {Bus::virtio, {"virtio_pci", "virtio_blk", ""}},
    {Bus::scsi, {"virtio_pci", "virtio_scsi", "sd_mod"}},
    {Bus::sata, {"ahci", "sd_mod", ""}},
    {Bus::nvme, {"nvme", "", ""}},
    {Bus::ide, {"ata_piix", "sd_mod", ""}},
}};

/// Put into every image that is rebuilt, so that a disk added later on virtio-scsi, or a network root, finds them.
constexpr std::array<std::string_view, 4> useful{"virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net"};

/// Of VMware, Hyper-V, Xen, VirtualBox and clouds, so that the guest still boots where it came from.
constexpr std::array<std::string_view, 9> elsewhere{"vmw_pvscsi", "mptspi",     "mptsas",       "ahci",  "ata_piix",
                                                    "nvme",       "hv_storvsc", "xen_blkfront", "sd_mod"};

void add(std::vector<std::string> &names, std::string_view name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end())
        names.emplace_back(name);
}

std::vector<std::string> drivers_for_disks(const Machine &target) {
    std::vector<std::string> names;
    const auto add_bus = [&](Bus bus) {
        for (const auto &row : by_bus)
            if (row.bus == bus)
                for (const auto name : row.drivers)
                    add(names, name);
    };
    for (const auto &disk : target.disks)
        add_bus(disk.bus);
    if (target.disks.empty())
        add_bus(Bus::virtio);
    return names;
}

} // namespace

InitramfsNeeds needs_of(const text::KernelModules &kernel, const Machine &target) {
    InitramfsNeeds needs;
    const auto for_disks = drivers_for_disks(target);
    needs.drivers = for_disks;
    for (const auto name : useful)
        add(needs.drivers, name);
    for (const auto &name : needs.drivers)
        if (!kernel.has(name))
            (std::ranges::find(for_disks, name) != for_disks.end() ? needs.absent_required : needs.absent_useful)
                .push_back(name);
    needs.required = kernel.closure(for_disks);
    needs.modules = kernel.closure(needs.drivers);
    std::erase_if(needs.drivers, [&](const auto &name) { return !kernel.has(name) || kernel.is_builtin(name); });
    for (const auto name : elsewhere)
        if (const std::string driver{name}; kernel.has(driver) && !kernel.is_builtin(driver) &&
                                            std::ranges::find(needs.drivers, driver) == needs.drivers.end())
            needs.old_drivers.push_back(driver);
    return needs;
}

std::string suffix_of(const std::string &module) {
    const auto at = module.rfind(".ko");
    return at == std::string::npos ? std::string{} : module.substr(at);
}

std::set<std::string> modules_in(const std::vector<std::string> &names) {
    std::set<std::string> found;
    for (const auto &path : names)
        if (auto name = module_name(path); !name.empty())
            found.insert(std::move(name));
    return found;
}

} // namespace h2k
