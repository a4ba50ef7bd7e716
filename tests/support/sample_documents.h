// SPDX-License-Identifier: LGPL-2.1-or-later
// A guest and its documents, with a value for every member that they can have.
#pragma once
#include "convert/pipeline/report/report.h"

namespace h2k::test {

inline constexpr auto uuid = "0b9a6c9e-4f0e-4d0b-9a55-7d1f3c1f2a10";
inline constexpr auto fstab = "/dev/sda1 / ext4 defaults 0 1\n";
inline constexpr auto new_fstab = "UUID=0b9a6c9e-4f0e-4d0b-9a55-7d1f3c1f2a10 / ext4 defaults 0 1\n";

inline CarryPlan carried() {
    CarryPlan plan;
    plan.source = {.name = "app",
                   .uuid = "564d9a3c-0000-1111-2222-333344445555",
                   .memory = 2ull << 30,
                   .vcpus = 2,
                   .firmware = Firmware::uefi,
                   .secure_boot = true,
                   .disks = {{.id = "disk0",
                              .top = {.path = "/import/app.vmdk",
                                      .format = DiskFormat::vmdk,
                                      .subformat = "twoGbMaxExtentSparse",
                                      .bytes = 8ull << 30},
                              .bus = Bus::scsi,
                              .files = {"/import/app.vmdk", "/import/app-s001.vmdk"}}},
                   .nics = {{.mac = "00:0c:29:11:22:33", .model = "vmxnet3", .network = "VM Network"}, {}}};
    plan.notices.warn("domain.in-use", "The disk was in use.");
    return plan;
}

inline Inspection guest() {
    Inspection facts;
    auto &system = facts.system.emplace<LinuxFacts>();
    system.distro = "debian";
    facts.version = "12";
    facts.pretty_name = "Debian\xff 12"; // not UTF-8
    facts.arch = "x86_64";
    facts.hostname = "app";
    system.init = "systemd";
    system.packages = "deb";
    system.initramfs_tool = "initramfs-tools";
    facts.firmware = Firmware::uefi;
    facts.root = "/dev/sda1";
    facts.devices = {{.name = "/dev/sda", .bytes = 8ull << 30},
                     {.name = "/dev/sda1",
                      .type = "ext4",
                      .uuid = uuid,
                      .label = "root",
                      .partuuid = "1f2e3d4c-01",
                      .partlabel = "Linux",
                      .disk = 0,
                      .partition = 1,
                      .bytes = 7ull << 30}};
    facts.mounts = {{.device = "/dev/sda1", .path = "/", .type = "ext4", .options = "defaults"}};
    system.kernels = {
        {.version = "6.1.0-18-amd64", .image = "/boot/vmlinuz-6.1.0-18-amd64", .initramfs = "/boot/initrd.img"},
        {.version = "6.1.0-17-amd64", .image = {}, .initramfs = {}}};
    facts.interfaces = {{.name = "ens192",
                         .kind = "ethernet",
                         .mac = "00:0c:29:11:22:33",
                         .addresses = {"192.0.2.5/24", "2001:db8::5/64"},
                         .dhcp6 = true,
                         .gateways = {"192.0.2.1"},
                         .backend = "netplan",
                         .file = "/etc/netplan/50-cloud-init.yaml"},
                        {.name = "bond0.10",
                         .kind = "vlan",
                         .members = {"a", "b"},
                         .parent = "bond0",
                         .vlan = 10,
                         .dhcp4 = true,
                         .backend = "networkd",
                         .file = "/etc/systemd/network/20-bond0.10.network"}};
    facts.notices.warn("guest.not-mounted", "One file system is not mounted.");
    return facts;
}

inline std::vector<Change> changes() {
    return {
        {.fixer = "linux.fstab",
         .reason = "Its devices have other names.",
         .action = WriteFile{.path = "/etc/fstab", .content = new_fstab}},
        {.fixer = "linux.network-names", .reason = "It is stale.", .action = RemoveFile{.path = "/etc/udev/old.rules"}},
        {.fixer = "linux.grub", .reason = "Its menu is old.", .action = RunInGuest{.argv = {"update-grub"}}},
        {.fixer = "linux.initramfs",
         .reason = "It lacks virtio.",
         .action = RebuildInitramfs{.kernel = "6.1.0-18-amd64",
                                    .image = "/boot/initrd.img",
                                    .modules = {"virtio_blk", "virtio_pci"},
                                    .argv = {"update-initramfs", "-u", "-k", "6.1.0-18-amd64"}}}};
}

inline RepairPlan plan() {
    RepairPlan plan;
    plan.guest = guest();
    plan.fixers = {{.fixer = "linux.fstab",
                    .outcome = Outcome::planned,
                    .why = {},
                    .notices = {},
                    .summary = "names file systems"},
                   {.fixer = "linux.cloud", .outcome = Outcome::skipped, .why = "Its file is not read.", .notices = {}},
                   {.fixer = "linux.crypt", .outcome = Outcome::not_needed, .why = {}, .notices = {}}};
    plan.fixers.front().notices.note("fstab.odd-line", "A line is odd.");
    plan.fixers.front().notices.warn("domain.in-use", "The disk was in use.");
    plan.changes = changes();
    plan.before = {{"/etc/fstab", fstab}, {"/etc/udev/old.rules", "SUBSYSTEM==\"net\"\n"}};
    plan.target = carried().source;
    plan.target.disks = {
        {.id = "disk0", .top = {.format = DiskFormat::qcow2, .bytes = 8ull << 30}, .bus = Bus::virtio}};
    plan.target.nics = {{.mac = "00:0c:29:11:22:33", .model = "virtio", .source_network = "VM Network"}};
    plan.target.cdroms = {Bus::sata};
    plan.target.isos = {{.drive = 0, .name = "tools.iso", .bytes = 4ull << 20}, {.seed = true}};
    plan.osinfo = {"http://debian.org/debian/12", "exact"};
    plan.lane = {"appliance", "The guest's program “dpkg” runs only there."};
    plan.notices = carried().notices;
    plan.notices.add(plan.guest.notices);
    return plan;
}

/// An image above another in one archive, a packed one, one in pieces and a blank one: all that a disk can be.
inline CarryPlan packaged() {
    CarryPlan plan;
    plan.kind = "ova";
    auto &machine = plan.source;
    machine.name = "till";
    machine.uuid = "5b1c2f5e-8a1d-4c3b-9f60-0d2e4f6a8c10";
    machine.memory = 3ull << 30;
    machine.vcpus = 6;
    machine.cores = 3;
    machine.firmware = Firmware::uefi;
    machine.tpm = true;
    machine.description = "Till of the shop\non the corner";
    machine.os_type = "debian11_64Guest";
    machine.title = "Till / corner";
    machine.serial = "VMware-5b 1c 2f 5e 8a 1d 4c 3b-9f 60 0d 2e 4f 6a 8c 10";
    machine.most_vcpus = 12;
    machine.not_carried = {{LostDevice::serial, "serial0 (telnet://:2000)"}, {LostDevice::medium, "drivers.iso"}};
    machine.cdroms = {Bus::sata, Bus::ide, Bus::ide};
    machine.isos = {
        {.drive = 0,
         .name = "tools.iso",
         .bytes = 4ull << 20,
         .file = {.path = "/import/till.ova", .window = Window{.offset = 14ull << 20, .length = 4ull << 20}}},
        {.drive = 1,
         .name = "seed.iso",
         .fetch = Fetch{.pieces = {{.path = "/import/till.tar.gz"}},
                        .members = {"till.ova", "seed.iso"},
                        .name = "seed.iso",
                        .most = 128ull << 30}}};
    machine.disks = {
        {.id = "disk0",
         .top = {.path = "/import/till.ova",
                 .window = Window{.offset = 0, .length = 5ull << 20},
                 .format = DiskFormat::vmdk,
                 .subformat = "monolithicSparse",
                 .bytes = 8ull << 30,
                 .identity = "1f2e3d4c"},
         .bus = Bus::nvme,
         .boot_order = 1,
         .serial = "6000c2915c0d11ab2e9f5b7d3c10aa42",
         .wwn = "6000c2915c0d11ab",
         .files = {"/import/till.ova"},
         .below = {{.path = "/import/till.ova",
                    .window = Window{.offset = 6ull << 20, .length = 7ull << 20},
                    .format = DiskFormat::vmdk,
                    .subformat = "streamOptimized",
                    .bytes = 8ull << 30,
                    .identity = "0a0b0c0d"},
                   {.path = "/import/base.img", .format = DiskFormat::raw, .bytes = 7ull << 30}}},
        {.id = "disk1",
         .bus = Bus::sata,
         .files = {"/import/till.tar.gz"},
         .fetch =
             Fetch{
                 .pieces = {{.path = "/import/till.tar.gz"}},
                 .members = {"till.ova", "data.vmdk"},
                 .name = "data.vmdk",
                 .most = 9ull << 30,
                 .parts = {{.name = "data-s001.vmdk", .members = {"till.ova", "data-s001.vmdk"}, .most = 2ull << 30}}}},
        {.id = "disk2",
         .bus = Bus::scsi,
         .files = {"/import/log.vmdk.000000000", "/import/log.vmdk.000000001"},
         .fetch =
             Fetch{.pieces = {{.path = "/import/log.vmdk.000000000"},
                              {.path = "/import/log.vmdk.000000001", .window = Window{.offset = 512, .length = 1024}}},
                   .members = {},
                   .name = "log.vmdk",
                   .most = 1}},
        {.id = "disk3", .top = {.bytes = 25ull << 30}, .bus = Bus::scsi, .files = {}, .blank = true}};
    plan.machines = {{.id = "vm-1", .name = "till", .chosen = true}, {.id = "vm-2", .name = {}}};
    plan.configurations = {{.id = "small", .name = "One counter"}, {.id = "large", .name = {}, .chosen = true}};
    return plan;
}

inline BootEvidence evidence() {
    BootEvidence boot;
    boot.grade = BootGrade::not_proven;
    boot.method = "probe";
    boot.accelerator = "tcg";
    boot.network = "isolated";
    boot.seconds = 41.00027500000002;
    boot.root_device = "/dev/vda1";
    boot.root_driver = "virtio_blk";
    boot.kernel = "6.1.0-18-amd64";
    boot.mounts = {"/ /dev/vda1 ext4", "/srv/my\\040data /dev/mapper/vg-srv xfs", "/srv/a b /dev/vdb1 ext4"};
    boot.missing_mounts = {"/srv/not\\040here"};
    boot.addresses = {"ens192 192.0.2.7/24"};
    boot.nics = {"ens192 00:0c:29:11:22:33 virtio_net"};
    boot.failed_units = {"app.service"};
    boot.given_up_units = {"dev-sdb1.device"};
    boot.why = "The guest came up, but not all of its fstab.";
    boot.serial_log = "/state/serial.log";
    boot.screenshot = "/state/screen.png";
    return boot;
}

/// An import whose boot is not proven.
inline Report report() {
    Report r;
    r.job = "20260102-030405-app";
    r.sources = {"/import/app.vmdk"};
    r.started = "2026-01-02T03:04:05.000006Z";
    r.seconds = 275.0 / 1000;
    r.stages = {
        {.stage = Stage::describe, .success = true, .seconds = 0.00027500000000000002, .error = {}, .steps = {}},
        {.stage = Stage::fix, .success = true, .seconds = 12, .error = {}, .steps = {{"apply", 9.1}, {"trim", 0.25}}},
        {.stage = Stage::validate, .success = false, .seconds = 41.5, .error = "Not proven.", .steps = {{"probe", 1}}}};
    r.artifacts = {
        {.type = "converted_image",
         .path = "/images/app.qcow2",
         .format = "qcow2",
         .bytes = 3ull << 29,
         .virtual_size = 8ull << 30},
        {.type = "converted_image", .path = "/pool/app", .format = "raw", .virtual_size = 1ull << 30},
        {.type = "cdrom_iso",
         .path = "/images/app-cdrom.iso",
         .format = "iso",
         .bytes = 4u << 20,
         .virtual_size = 4u << 20},
        {.type = "seed_iso", .path = "/images/app-cidata.iso", .format = "iso", .bytes = 69632, .virtual_size = 69632},
        {.type = "domain_xml", .path = "/images/app.xml", .format = {}}};
    r.notices = {{"describe", {"domain.in-use", "The disk was in use."}, "2026-01-02T03:04:06.000000Z"}};
    r.errors = {{"validate", "Not proven.", "2026-01-02T03:04:07.000000Z"}};
    r.carry = carried();
    r.plan = plan();
    r.plan->target.disks.front().top.path = "/images/app.qcow2";
    r.plan->target.isos.front().file.path = "/images/app-cdrom.iso";
    r.plan->target.isos.back().file.path = "/images/app-cidata.iso";
    r.fixers = {
        {.fixer = "linux.fstab", .outcome = Outcome::done, .why = {}, .notices = {}, .summary = "names file systems"},
        {.fixer = "linux.cloud", .outcome = Outcome::skipped, .why = "Its file is not read.", .notices = {}}};
    for (const auto &change : changes())
        r.applied.push_back({.change = change, .kept = {}});
    r.applied.front().kept = {"/var/lib/virt-hyper2kvm/20260102-030405-app/files/etc/fstab"};
    r.files = {{.path = "/etc/fstab",
                .first = "kept",
                .copy = r.applied.front().kept.front(),
                .link = {},
                .left_link = std::nullopt,
                .left_sha256 = "02",
                .first_sha256 = "01",
                .diff = "--- a/etc/fstab\n+++ b/etc/fstab\n@@ -1 +1 @@\n-a\n+b\n"},
               {.path = "/etc/new", .first = "absent", .copy = {}, .link = {}, .left_link = "to", .left_sha256 = {}}};
    r.boot = evidence();
    r.domain = "app";
    r.connection = "qemu:///system";
    return r;
}

} // namespace h2k::test
