// SPDX-License-Identifier: LGPL-2.1-or-later
// Which hardware a guest gets: what it can start with, and what the notices say of it.
#include "convert/base/text.h"
#include "convert/plan/devices.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <string_view>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr DeviceSupport modern{
    .known = true, .q35 = true, .virtio_block = true, .virtio_net = true, .virtio_modern = true};
constexpr const char *image = "/boot/initrd-1.img";

/// A guest with one kernel, called @version, that has @drivers as modules.
struct Bed {
    test::FakeGuest guest;
    Inspection facts{.system = LinuxFacts{}};
    Machine target{.firmware = Firmware::bios, .disks = {{.id = "disk0", .bus = Bus::virtio}}, .nics = {{.mac = "a"}}};
    DeviceSupport support = modern;

    Bed(const std::string &version, const std::vector<std::string> &drivers, const std::string &tool = "dracut") {
        auto &system = std::get<LinuxFacts>(facts.system);
        system.initramfs_tool = tool;
        system.kernels.push_back({version, "/boot/vmlinuz-1", image});
        auto &dep = guest.files["/lib/modules/" + version + "/modules.dep"];
        for (const auto &driver : drivers)
            dep += "kernel/" + driver + ".ko:\n";
        guest.files["/lib/modules/" + version + "/modules.builtin"] = "kernel/sd_mod.ko\n";
        guest.images[image] = {};
    }
    void put_into_image(const std::string &driver) {
        guest.images[image].push_back("lib/modules/1/kernel/" + driver + ".ko");
    }
    /// "q35 virtio virtio", and the notices.
    std::string chosen() {
        Notices notices;
        unwrap(choose_devices(target, support, facts, guest, notices));
        std::string all = target.chipset == Chipset::q35 ? "q35 " : "pc ";
        all += std::string{name_of(target.disks[0].bus)} + " " + target.nics[0].model;
        for (const auto &text : test::texts_of(notices))
            all += "\n" + text;
        return all;
    }
};

const std::vector<std::string> every{"virtio_pci", "virtio_blk", "virtio_net", "virtio_gpu",
                                     "ahci",       "ata_piix",   "e1000e"};

void expect(const std::string &got, std::string_view start, std::string_view part) {
    if (!got.starts_with(start) || !got.contains(part))
        g_error("“%s” is not “%s … %s”", got.c_str(), std::string{start}.c_str(), std::string{part}.c_str());
}

} // namespace

static void virtio_where_the_guest_can_start_with_it() {
    assert_equal(Bed("5.14.0", every).chosen(), "q35 virtio virtio");
    Bed unknown{"6.1.0", every};
    unknown.support = {};
    assert_equal(unknown.chosen(), "q35 virtio virtio");
    Bed old{"2.6.32", every};
    old.support = {};
    assert_equal(old.chosen(), "pc virtio virtio"); // virtio before 1.0 needs I/O ports
    Bed ready{"5.14.0", every, "booster"};
    for (const auto *driver : {"virtio_pci", "virtio_blk"})
        ready.put_into_image(driver);
    assert_equal(ready.chosen(), "q35 virtio virtio");
}

/// The newest kernel need not be the one that starts.
static void the_default_kernel_decides() {
    Bed bed{"3.10.0", every};
    bed.support = {};
    auto &kernels = std::get<LinuxFacts>(bed.facts.system).kernels;
    kernels.push_back({"6.1.0", "/boot/vmlinuz-2", image});
    bed.guest.files["/lib/modules/6.1.0/modules.dep"] = bed.guest.files["/lib/modules/3.10.0/modules.dep"];
    assert_equal(bed.chosen(), "q35 virtio virtio");
    bed.guest.files["/boot/grub2/grubenv"] = "# GRUB Environment Block\nsaved_entry=Linux 3.10.0\n";
    assert_equal(bed.chosen(), "pc virtio virtio");
}

static void other_devices_and_why() {
    expect(Bed("5.14.0", {"ahci", "e1000e"}).chosen(), "q35 sata e1000e\n", "its kernel has no virtio driver");
    expect(Bed("5.14.0", every, "booster").chosen(), "q35 sata virtio\n", "its initramfs has no virtio driver");
    Bed no_kernel{"5.14.0", {}};
    std::get<LinuxFacts>(no_kernel.facts.system).kernels.clear();
    expect(no_kernel.chosen(), "q35 sata e1000e\n", "it is not known which drivers");
    Bed ancient{"2.6.9", every};
    ancient.support = {.known = true};
    expect(ancient.chosen(), "pc ide e1000\n", "according to libosinfo");
    Bed foreign{"1", {}};
    foreign.facts.system = std::monostate{};
    foreign.support = {};
    expect(foreign.chosen(), "q35 sata e1000e\n", "its operating system is not known here");
    Bed card{"5.14.0", {"virtio_pci", "virtio_blk"}};
    expect(card.chosen(), "q35 virtio e1000e\n", "has no virtio driver for them");
}

static void a_dark_screen_is_foretold() {
    Bed bed{"5.14.0", {"virtio_pci", "virtio_blk", "virtio_net"}};
    bed.support.virtio_gpu = true;
    assert_equal(bed.chosen(), "q35 virtio virtio");
    bed.target.firmware = Firmware::uefi;
    expect(bed.chosen(), "q35 virtio virtio\n", "virtio_gpu");
}

/// QEMU's SATA and IDE disks have sectors of 512 bytes only, and so has each disk that a BIOS starts from.
static void large_sectors_are_on_virtio() {
    Bed bed{"5.14.0", {"ahci", "e1000e"}};
    bed.target.firmware = Firmware::uefi;
    bed.target.disks.push_back({.id = "disk1", .sector_bytes = 4096});
    assert_equal(bed.chosen(), "q35 virtio e1000e\n"
                               "disk1 has sectors of 4096 bytes, which only virtio disks can have, so the guest gets "
                               "those, although it is not known to start with them.\n"
                               "The guest gets e1000e network cards, since it has no virtio driver for them.");
    Bed bios{"5.14.0", every};
    bios.target.disks.push_back({.id = "disk1", .sector_bytes = 4096});
    assert_equal(bios.chosen(), "q35 virtio virtio");
    bios.target.disks[0].sector_bytes = 4096;
    assert_equal(bios.chosen(), "q35 virtio virtio\n"
                                "The guest is started by a BIOS, which cannot start it from disk0, whose sectors have "
                                "4096 bytes: it needs UEFI, or a disk with sectors of 512 bytes.");
    bios.target.firmware = Firmware::uefi;
    assert_equal(bios.chosen(), "q35 virtio virtio");
}

static void the_disk_with_the_boot_loader_comes_first() {
    Bed bed{"5.14.0", every};
    bed.target.disks.push_back({.id = "disk1", .bus = Bus::virtio});
    const auto boot_disk = [&] {
        bed.chosen();
        return bed.target.boot_disk;
    };
    g_assert_cmpuint(boot_disk(), ==, 0);
    bed.facts.boot_code = {1};
    g_assert_cmpuint(boot_disk(), ==, 1);
    bed.facts.boot_code = std::vector<unsigned>{};
    g_assert_cmpuint(boot_disk(), ==, 0);
    expect(bed.chosen(), "q35 virtio virtio\n", "begins with the code of a boot loader");
    bed.target.firmware = Firmware::uefi;
    BlockDevice esp;
    esp.name = "/dev/sdb1";
    esp.type = "vfat";
    esp.disk = 1;
    esp.parttype = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
    bed.facts.devices = {esp};
    g_assert_cmpuint(boot_disk(), ==, 1);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/devices/virtio", virtio_where_the_guest_can_start_with_it);
    g_test_add_func("/devices/default-kernel", the_default_kernel_decides);
    g_test_add_func("/devices/compatible", other_devices_and_why);
    g_test_add_func("/devices/video", a_dark_screen_is_foretold);
    g_test_add_func("/devices/large-sectors", large_sectors_are_on_virtio);
    g_test_add_func("/devices/boot-disk", the_disk_with_the_boot_loader_comes_first);
    return g_test_run();
}
