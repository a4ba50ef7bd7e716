// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/plan/devices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "domain/domain_spec.h"
#include "fixers/linux/initramfs/reach.h"
#include <algorithm>

namespace h2k {

namespace {

/// Why the guest gets no virtio disks.
enum class Obstacle { none, system, no_driver, not_in_image, unknown_kernel, database };

/// virtio before 1.0 needs I/O ports, which PCI Express does not offer; kernels have 1.0 since 4.0.
bool has_old_virtio(const StartedKernel &started) {
    if (!started.kernel)
        return false;
    const auto &version = started.kernel->version;
    const auto major = parse_number<unsigned>(version.substr(0, version.find('.')));
    return major && *major < 4;
}

Chipset chipset_for(const Machine &target, const DeviceSupport &support, const StartedKernel &started) {
    if (target.firmware == Firmware::uefi)
        return Chipset::q35;
    const bool q35 = support.known ? support.q35 : !has_old_virtio(started);
    return q35 ? Chipset::q35 : Chipset::pc;
}

Obstacle obstacle_of(Reach reach) {
    switch (reach) {
    case Reach::yes: return Obstacle::none;
    case Reach::no_driver: return Obstacle::no_driver;
    case Reach::not_in_image: return Obstacle::not_in_image;
    case Reach::unknown_kernel: return Obstacle::unknown_kernel;
    }
    return Obstacle::unknown_kernel;
}

/// Of the disk controllers that need no virtio, one that the guest can start with, if one is known to be.
Result<Bus> compatible_bus(const Machine &target, const Inspection &facts, const GuestView &guest,
                           const StartedKernel &started) {
    constexpr std::size_t most_ide = 4;
    std::vector<Bus> buses{Bus::sata};
    if (target.chipset == Chipset::pc && target.disks.size() <= most_ide)
        buses.insert(buses.begin(), Bus::ide); // every system that this chipset is for has a driver
    for (const auto bus : buses)
        if (facts.family() == Family::linux_os &&
            H2K_TRY(reach_of_disks(guest, facts.linux_facts(), started, bus)) == Reach::yes)
            return bus;
    return buses.front();
}

Result<Obstacle> obstacle_to_virtio(const DeviceSupport &support, const Inspection &facts, const GuestView &guest,
                                    const StartedKernel &started) {
    if (support.known && !support.virtio_block)
        return Obstacle::database;
    if (facts.family() != Family::linux_os)
        return support.known ? Obstacle::none : Obstacle::system;
    return obstacle_of(H2K_TRY(reach_of_disks(guest, facts.linux_facts(), started, Bus::virtio)));
}

bool has_virtio_net(const DeviceSupport &support, const Inspection &facts, const StartedKernel &started,
                    Obstacle disks) {
    if (support.known && !support.virtio_net)
        return false;
    if (disks == Obstacle::system || disks == Obstacle::unknown_kernel)
        return false;
    return facts.family() != Family::linux_os || started.has("virtio_net");
}

/// The bus of the disks.
Result<Bus> bus_for(const Machine &target, Obstacle obstacle, const Inspection &facts, const GuestView &guest,
                    const StartedKernel &started, Notices &notices) {
    if (obstacle == Obstacle::none)
        return Bus::virtio;
    const auto large = std::ranges::find_if(target.disks, has_large_sectors);
    if (large == target.disks.end())
        return compatible_bus(target, facts, guest, started);
    notices.warn("target.large-sectors",
                 sentence(_("%s has sectors of %u bytes, which only virtio disks can have, so the guest gets those, "
                            "although it is not known to start with them."),
                          large->id.c_str(), large->sector_bytes));
    return Bus::virtio;
}

void warn_of_bios(const Machine &target, Notices &notices) {
    if (target.firmware == Firmware::uefi || target.boot_disk >= target.disks.size() ||
        !has_large_sectors(target.disks[target.boot_disk]))
        return;
    const auto &disk = target.disks[target.boot_disk];
    notices.warn("target.bios-sectors", sentence(_("The guest is started by a BIOS, which cannot start it from %s, "
                                                   "whose sectors have %u bytes: it needs UEFI, or a disk with sectors "
                                                   "of 512 bytes."),
                                                 disk.id.c_str(), disk.sector_bytes));
}

/// A sentence on the disks and cards that the guest gets instead.
std::string reason(Obstacle obstacle, const char *bus, const char *model) {
    switch (obstacle) {
    case Obstacle::none: break;
    case Obstacle::system:
        return sentence(_("The guest gets %s disks and %s network cards, which nearly every system has drivers for, "
                          "since its operating system is not known here."),
                        bus, model);
    case Obstacle::unknown_kernel:
        return sentence(_("The guest gets %s disks and %s network cards, which nearly every system has drivers for, "
                          "since it is not known which drivers its kernel and initramfs have."),
                        bus, model);
    case Obstacle::no_driver:
        return sentence(_("The guest gets %s disks and %s network cards, since its kernel has no virtio driver for "
                          "disks."),
                        bus, model);
    case Obstacle::not_in_image:
        return sentence(_("The guest gets %s disks and %s network cards, since its initramfs has no virtio driver for "
                          "disks and cannot be rebuilt here."),
                        bus, model);
    case Obstacle::database:
        return sentence(_("The guest gets %s disks and %s network cards, since its system has no virtio driver for "
                          "disks according to libosinfo."),
                        bus, model);
    }
    return sentence(_("The guest gets %s network cards, since it has no virtio driver for them."), model);
}

const char *shown(Bus bus) { return bus == Bus::ide ? "IDE" : bus == Bus::virtio ? "virtio" : "SATA"; }

/// Without its driver the kernel keeps to the firmware's screen, if it can use that.
void warn_of_video(const Machine &target, const DeviceSupport &support, const StartedKernel &started,
                   Notices &notices) {
    if (target.firmware != Firmware::uefi || !support.virtio_gpu)
        return;
    for (const auto *driver : {"virtio_gpu", "bochs", "bochs_drm", "simpledrm"})
        if (started.has(driver))
            return;
    notices.warn(
        "target.no-video-driver",
        _("The guest's default kernel has no driver for the target's video device (virtio_gpu); its screen may "
          "stay dark after the boot menu, and its serial console shows what it does."));
}

/// The disk with the EFI system partition that the guest mounts, else the first one that has such a partition.
std::size_t disk_with_esp(const Inspection &facts) {
    for (const auto &mount : facts.mounts)
        if (mount.path == "/boot/efi" || mount.path == "/efi" || mount.path == "/boot")
            if (const auto *device = device_named(facts.devices, mount.device); device && device->type == "vfat")
                return device->disk;
    const auto esp = std::ranges::find_if(facts.devices, is_esp);
    return esp == facts.devices.end() ? 0 : esp->disk;
}

std::size_t boot_disk_of(const Machine &target, const Inspection &facts, Notices &notices) {
    if (target.firmware == Firmware::uefi)
        return disk_with_esp(facts);
    if (!facts.boot_code)
        return 0;
    if (facts.boot_code->empty()) {
        notices.warn("target.no-boot-code",
                     _("None of the guest's disks begins with the code of a boot loader, so a BIOS cannot start the "
                       "guest. Guests that Xen started without firmware are like that: install GRUB on the guest's "
                       "first disk, or name a kernel of the guest's in the domain."));
        return 0;
    }
    return facts.boot_code->front();
}

} // namespace

Result<> choose_devices(Machine &target, const DeviceSupport &support, const Inspection &facts, const GuestView &guest,
                        Notices &notices) {
    const auto started = H2K_TRY(started_kernel(guest, facts.linux_facts()));
    target.chipset = chipset_for(target, support, started);
    const auto obstacle = H2K_TRY(obstacle_to_virtio(support, facts, guest, started));
    const auto bus = H2K_TRY(bus_for(target, obstacle, facts, guest, started, notices));
    const bool virtio_net = has_virtio_net(support, facts, started, obstacle);
    const auto *model = virtio_net ? "virtio" : target.chipset == Chipset::q35 ? "e1000e" : "e1000";
    for (auto &disk : target.disks)
        disk.bus = bus;
    for (auto &nic : target.nics)
        nic.model = model;
    target.boot_disk = boot_disk_of(target, facts, notices);
    warn_of_bios(target, notices);
    if (bus != Bus::virtio || !virtio_net)
        notices.note("target.compatible-devices",
                     reason(bus == Bus::virtio ? Obstacle::none : obstacle, shown(bus), model));
    warn_of_video(target, support, started, notices);
    return {};
}

} // namespace h2k
