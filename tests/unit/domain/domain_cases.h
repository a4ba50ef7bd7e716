// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
// The domains whose XML is kept in tests/data/domain.
#include "domain/domain_spec.h"
#include <array>

namespace h2k::test {

inline const OsinfoChoice debian{"http://debian.org/debian/12", "exact"};

inline Disk disk(const std::string &path, DiskFormat format = DiskFormat::qcow2) {
    return {.id = "disk0", .top = {.path = path, .format = format, .bytes = 4u << 20}, .bus = Bus::virtio};
}

inline DomainSpec plain() {
    return {.machine = {.name = "guest",
                        .memory = 1ull << 30,
                        .vcpus = 2,
                        .firmware = Firmware::bios,
                        .disks = {disk("/images/guest.qcow2")},
                        .nics = {{.mac = "00:0c:29:11:22:33"}}},
            .osinfo = debian,
            .host = {.kvm = true},
            .job = "20230601-guest",
            .source = "/import/guest.vmdk"};
}

inline DomainSpec uefi() {
    DomainSpec spec = plain();
    spec.machine.firmware = Firmware::uefi;
    return spec;
}

inline DomainSpec secure_boot() {
    DomainSpec spec = uefi();
    spec.machine.secure_boot = true;
    spec.nvram = "/images/guest_VARS.fd";
    return spec;
}

inline DomainSpec several() {
    DomainSpec spec = plain();
    spec.machine.uuid = "1b4c6f3e-2f39-4a85-9b8e-3c1f1f6e0a11";
    spec.machine.disks = {disk("/images/guest-vda.raw", DiskFormat::raw),
                          disk("/images/guest-vdb.raw", DiskFormat::raw)};
    spec.machine.nics = {{.mac = "00:0c:29:11:22:33", .network = "lab"}, {.mac = "00:0c:29:11:22:34"}, {}};
    return spec;
}

inline DomainSpec local_clock() {
    DomainSpec spec = plain();
    spec.machine.local_clock = true;
    return spec;
}

/// Neither virtio's screen nor VNC, and no CPU that is named for emulation.
inline DomainSpec modest_host() {
    DomainSpec spec = uefi();
    spec.machine.tpm = true;
    spec.host = {.q35 = MachineOffer{.uefi = true, .videos = {"cirrus", "qxl"}, .tpm_models = {"tpm-tis"}}};
    return spec;
}

/// Of a host that was not asked.
inline DomainSpec windows() {
    DomainSpec spec = uefi();
    spec.osinfo = {"http://microsoft.com/win/10", "exact"};
    return spec;
}

/// Without synic there is no stimer.
inline DomainSpec windows_by_offer() {
    DomainSpec spec = windows();
    spec.host.q35 = MachineOffer{.uefi = true,
                                 .cpu_modes = {"host-model"},
                                 .videos = {"vga"},
                                 .hyperv = {"relaxed", "spinlocks", "vpindex", "stimer", "tlbflush", "vendor_id"}};
    return spec;
}

/// As the boot test asks for it.
inline DomainSpec watched() {
    DomainSpec spec = plain();
    spec.host = {.user_network = true};
    spec.serial_log = "/srv/vm/serial.log";
    spec.on_reboot_destroy = true;
    return spec;
}

/// As the boot test of an encrypted guest asks for it, started by its own kernel.
inline DomainSpec typed_at() {
    DomainSpec spec = watched();
    spec.serial_socket = "/tmp/h2k-aaaaaa/serial";
    spec.second_serial = "/tmp/h2k-aaaaaa/serial-2";
    spec.kernel = "/tmp/h2k-aaaaaa/kernel", spec.initramfs = "/tmp/h2k-aaaaaa/initramfs";
    spec.kernel_arguments = "root=UUID=1 ro <&> \"a b\"";
    return spec;
}

/// Nothing known: the machine that every system drives.
inline DomainSpec unknown_system() {
    DomainSpec spec = plain();
    spec.osinfo = {"http://libosinfo.org/unknown", "unknown"};
    spec.machine.disks[0].bus = Bus::ide;
    spec.machine.memory = spec.machine.vcpus = 0;
    return spec;
}

inline DomainSpec unknown_uefi() {
    DomainSpec spec = unknown_system();
    spec.machine.firmware = Firmware::uefi;
    return spec;
}

/// virtio before 1.0: no PCIe.
inline DomainSpec old_linux() {
    DomainSpec spec = plain();
    spec.osinfo = {"http://centos.org/centos/6.10", "exact"};
    return spec;
}

inline DomainSpec escaping() {
    DomainSpec spec = plain();
    spec.machine.name = "<a> & \"b\" 'ü'";
    spec.machine.disks = {disk("/images/<a> & \"b\" 'ü'.qcow2")};
    spec.source = "/import/</h2k:source>&amp;.vmdk";
    return spec;
}

/// All that an appliance's metadata can bring with it.
inline DomainSpec appliance() {
    DomainSpec spec = secure_boot();
    spec.machine.vcpus = 4;
    spec.machine.cores = 2;
    spec.machine.tpm = true;
    spec.machine.description = "Two lines,\nof which one has a \x1b[1mbell\a & <tags>.\xff";
    spec.machine.cdroms = {Bus::ide, Bus::sata};
    spec.machine.disks = {disk("/images/guest.vdi", DiskFormat::vdi)};
    return spec;
}

/// Also where the bus would be another one.
inline DomainSpec large_sectors() {
    DomainSpec spec = uefi();
    spec.machine.disks.push_back(disk("/images/data.raw"));
    spec.machine.disks[1].top.format = DiskFormat::raw;
    spec.machine.disks[1].bus = Bus::sata;
    for (auto &one : spec.machine.disks)
        one.sector_bytes = 4096;
    spec.machine.disks.push_back(disk("/images/log.qcow2"));
    return spec;
}

/// What a machine is known by, in its guest and by people.
inline DomainSpec identified() {
    DomainSpec spec = plain();
    auto &machine = spec.machine;
    machine.title = "Ledger / production\nof the shop";
    machine.serial = "VMware-42 1f 0a 11 22 22 33 33-44 44 55 55 55 55 55 55";
    machine.vcpus = 2;
    machine.most_vcpus = 8;
    machine.cores = 4;
    machine.nics = {{.mac = "00:50:56:8f:1a:01", .source_network = "VM Network <1>"}, {.mac = "00:50:56:8f:1a:02"}};
    machine.disks.assign(3, disk("/images/guest.qcow2"));
    machine.disks[1].boot_order = 2;
    machine.disks[2].boot_order = 1;
    machine.disks[1].serial = "6000c2915c0d11ab2e9f5b7d3c10aa42";
    machine.disks[1].wwn = "6000c2915c0d11ab";
    return spec;
}

/// The same on buses that have world wide names.
inline DomainSpec identified_ide() {
    DomainSpec spec = identified();
    spec.osinfo = {"http://libosinfo.org/unknown", "unknown"};
    spec.machine.chipset = Chipset::pc;
    for (auto &disk : spec.machine.disks)
        disk.bus = Bus::ide;
    return spec;
}

/// The same on what knows nothing newer than IDE.
inline DomainSpec old_appliance() {
    DomainSpec spec = unknown_system();
    spec.machine.vcpus = 3;
    spec.machine.cores = 2; // cannot be
    spec.machine.tpm = true;
    spec.machine.cdroms.assign(5, Bus::ide);
    return spec;
}

/// The seed has a drive of its own, behind those that the source had.
inline DomainSpec seeded() {
    DomainSpec spec = plain();
    spec.machine.cdroms = {Bus::ide};
    spec.machine.isos = {{.seed = true, .file = {.path = "/images/guest-cidata.iso", .window = {}}}};
    return spec;
}

/// Where IDE has a place for it, it takes that from a drive without a medium.
inline DomainSpec old_seeded() {
    DomainSpec spec = unknown_system();
    spec.machine.cdroms.assign(5, Bus::ide);
    spec.machine.isos = {{.seed = true, .file = {.path = "/images/guest-cidata.iso", .window = {}}}};
    return spec;
}

inline DomainSpec full_seeded() {
    DomainSpec spec = old_seeded();
    spec.machine.disks.assign(4, spec.machine.disks[0]);
    return spec;
}

/// ISO images are in the drives that had them.
inline DomainSpec with_media() {
    DomainSpec spec = seeded();
    spec.machine.cdroms.assign(3, Bus::ide);
    spec.machine.isos.insert(
        spec.machine.isos.begin(),
        {.drive = 1, .name = "tools.iso", .file = {.path = "/images/guest-cdrom1.iso", .window = {}}});
    return spec;
}

/// More of them than IDE has places for, beside disks on SATA.
inline DomainSpec old_with_media() {
    DomainSpec spec = unknown_system();
    spec.machine.disks.assign(5, spec.machine.disks[0]);
    spec.machine.cdroms.assign(7, Bus::ide);
    for (std::size_t drive = 0; drive < 6; ++drive)
        spec.machine.isos.push_back(
            {.drive = drive, .file = {.path = "/images/guest-cdrom" + std::to_string(drive) + ".iso", .window = {}}});
    return spec;
}

/// What planning chose for a guest without virtio; the second disk has the boot loader.
inline DomainSpec compatible() {
    DomainSpec spec = several();
    spec.machine.chipset = Chipset::q35;
    spec.machine.boot_disk = 1;
    spec.machine.cdroms = {Bus::ide};
    for (auto &one : spec.machine.disks)
        one.bus = Bus::sata;
    for (auto &nic : spec.machine.nics)
        nic.model = "e1000e";
    return spec;
}

struct Case {
    const char *name;
    DomainSpec (*spec)();
};
constexpr std::array cases{
    Case{"appliance", appliance},
    Case{"identified", identified},
    Case{"identified-ide", identified_ide},
    Case{"old-appliance", old_appliance},
    Case{"seeded", seeded},
    Case{"old-seeded", old_seeded},
    Case{"full-seeded", full_seeded},
    Case{"with-media", with_media},
    Case{"old-with-media", old_with_media},
    Case{"bios", plain},
    Case{"uefi", uefi},
    Case{"secure-boot", secure_boot},
    Case{"large-sectors", large_sectors},
    Case{"several", several},
    Case{"modest-host", modest_host},
    Case{"windows", windows},
    Case{"windows-by-offer", windows_by_offer},
    Case{"watched", watched},
    Case{"typed-at", typed_at},
    Case{"local-clock", local_clock},
    Case{"compatible", compatible},
    Case{"unknown", unknown_system},
    Case{"unknown-uefi", unknown_uefi},
    Case{"old-linux", old_linux},
    Case{"escaping", escaping},
};

} // namespace h2k::test
