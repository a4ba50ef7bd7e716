// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/storage.h"
#include "tests/support/test.h"
#include <vector>

using namespace h2k;
using test::assert_equal;

static BlockDevice device(const char *name, unsigned disk, unsigned partition, const char *uuid,
                          const char *type = "ext4") {
    BlockDevice d;
    d.name = name;
    d.type = type;
    d.uuid = uuid;
    d.disk = disk;
    d.partition = partition;
    return d;
}

static std::vector<BlockDevice> one_disk() {
    std::vector<BlockDevice> all{device("/dev/sda1", 0, 1, "ABCD-1234", "vfat"), device("/dev/sda2", 0, 2, "uuid-root"),
                                 device("/dev/sda3", 0, 3, "pv-uuid", "LVM2_member"),
                                 device("/dev/my-vg/home-big", 0, 0, "uuid-home"), device("/dev/vg0/root", 0, 0, "")};
    all[1].label = "my root";
    all[1].partuuid = "5d1f2a3b-02";
    all[1].partlabel = "Linux/root";
    return all;
}

static std::vector<BlockDevice> three_disks() {
    return {device("/dev/sda", 0, 0, "whole"), device("/dev/sdb1", 1, 1, "b1"), device("/dev/sdb2", 1, 2, "b2"),
            device("/dev/sdc5", 2, 5, "c5")};
}

struct Row {
    const char *spelling, *name; ///< "" for none
};

static void check(const std::vector<BlockDevice> &devices, std::initializer_list<Row> rows) {
    for (const auto &row : rows) {
        const auto *found = find_device(devices, row.spelling);
        assert_equal(std::string{row.spelling} + " " + (found ? found->name : ""),
                     std::string{row.spelling} + " " + row.name);
    }
}

static void tags() {
    check(one_disk(), {{"UUID=uuid-root", "/dev/sda2"},
                       {"UUID=\"uuid-root\"", "/dev/sda2"},
                       {"\"UUID=uuid-root\"", "/dev/sda2"},
                       {"UUID=abcd-1234", "/dev/sda1"},
                       {"LABEL=my root", "/dev/sda2"},
                       {"LABEL=My Root", ""},
                       {"PARTUUID=5D1F2A3B-02", "/dev/sda2"},
                       {"PARTLABEL=Linux/root", "/dev/sda2"},
                       {"UUID=", ""},
                       {"LABEL=", ""},
                       {"UUID=none", ""},
                       {"/dev/disk/by-uuid/uuid-root", "/dev/sda2"},
                       {"/dev/disk/by-label/my\\x20root", "/dev/sda2"},
                       {"/dev/disk/by-partlabel/Linux\\x2froot", "/dev/sda2"},
                       {"/dev/disk/by-label/my\\x2", ""},
                       {"/dev/disk/by-partuuid/5d1f2a3b-02", "/dev/sda2"}});
}

static void kernel_names() {
    check(one_disk(), {{"/dev/sda2", "/dev/sda2"},
                       {"/dev/hda2", "/dev/sda2"},
                       {"/dev/vda2", "/dev/sda2"},
                       {"/dev/xvda2", "/dev/sda2"},
                       {"/dev/nvme0n1p2", "/dev/sda2"},
                       {"/dev/mmcblk0p2", "/dev/sda2"},
                       {"/dev/disk/azure/root-part2", "/dev/sda2"},
                       {"/dev/disk/cloud/azure_root-part1", "/dev/sda1"},
                       {"/dev/disk/azure/root", ""},
                       {"/dev/disk/azure/root-part0", ""},
                       {"/dev/disk/azure/rootx", ""},
                       {"/dev/disk/azure/scsi1/lun0-part1", ""},
                       {"/dev/sda", ""},
                       {"/dev/sda02x", ""},
                       {"/dev/sda0", ""},
                       {"/dev/sdb2", ""},
                       {"/dev/sdaaaa2", ""},
                       {"/dev/sda99999999999", ""},
                       {"/dev/nvme0n0p2", ""},
                       {"/dev/nvme0", ""},
                       {"/dev/sr0", ""},
                       {"/dev/dm-0", ""},
                       {"/dev/md0", ""},
                       {"", ""},
                       {"/", ""},
                       {"tmpfs", ""}});
    check(three_disks(), {{"/dev/sda", "/dev/sda"},
                          {"/dev/sdb2", "/dev/sdb2"},
                          {"/dev/hdc5", "/dev/sdc5"},
                          {"/dev/nvme1n1p2", "/dev/sdb2"},
                          {"/dev/nvme0n2p2", "/dev/sdb2"},
                          {"/dev/nvme1n2p2", ""}});
    std::vector<BlockDevice> many{device("/dev/sdab1", 27, 1, "x")};
    check(many, {{"/dev/sdab1", "/dev/sdab1"}, {"/dev/sdbb1", ""}});
}

static void volumes() {
    check(one_disk(), {{"/dev/vg0/root", "/dev/vg0/root"},
                       {"/dev/mapper/vg0-root", "/dev/vg0/root"},
                       {"/dev/mapper/my--vg-home--big", "/dev/my-vg/home-big"},
                       {"/dev/mapper/my-vg-home-big", ""},
                       {"/dev/mapper/vg0", ""},
                       {"/dev/mapper/-", ""},
                       {"/dev/disk/by-id/dm-name-vg0-root", "/dev/vg0/root"},
                       {"/dev/disk/by-id/lvm-pv-uuid-pv-uuid", "/dev/sda3"},
                       {"/dev/disk/by-id/dm-uuid-LVM-abc", ""}});
    check({device("/dev/mapper/luks-1", 0, 0, "inner")}, {{"/dev/mapper/luks-1", "/dev/mapper/luks-1"}});
}

static void bus_names() {
    check(one_disk(), {{"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:0:0:0-part2", "/dev/sda2"},
                       {"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part1", "/dev/sda1"},
                       {"/dev/disk/by-id/wwn-0x6000c29f11223344-part3", "/dev/sda3"},
                       {"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part0", ""},
                       {"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part2x", ""},
                       {"/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part9", ""}});
    check(three_disks(), {{"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:0:1:0-part2", "/dev/sdb2"},
                          {"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:0:0:0", "/dev/sda"},
                          {"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:0:7:0-part2", ""},
                          {"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:1:1:0-part2", ""},
                          {"/dev/disk/by-path/pci-0000:03:00.0-scsi-0:0:1-part2", ""},
                          {"/dev/disk/by-path/pci-0000:00:1f.2-ata-2-part1", ""},
                          {"/dev/disk/by-id/wwn-0x6000c29f11223344-part1", ""}});
}

static void shared_names() {
    const std::vector<BlockDevice> clones{device("/dev/sda1", 0, 1, "same"), device("/dev/sdb1", 1, 1, "same")};
    check(clones, {{"UUID=same", ""}});
    const std::vector<BlockDevice> pool{device("/dev/sda1", 0, 1, "same", "btrfs"),
                                        device("/dev/sdb1", 1, 1, "same", "btrfs")};
    check(pool, {{"UUID=same", "/dev/sda1"}});
}

static void dependence() {
    for (const char *name : {"/dev/sda1", "/dev/hdb", "\"/dev/sda1\"", "/dev/nvme0n1p1", "/dev/disk/by-path/x",
                             "/dev/disk/azure/root-part1", "/dev/disk/cloud/azure_resource-part1",
                             "/dev/disk/by-id/scsi-36000c29", "/dev/dm-0", "/dev/cciss/c0d0p1"})
        g_assert_true(is_bus_dependent(name));
    for (const char *name :
         {"UUID=x", "LABEL=/dev/sda1", "/dev/mapper/vg0-root", "/dev/vg0/root", "/dev/md0", "/dev/sr0", "/dev/fd0",
          "/dev/disk/by-uuid/x", "/dev/disk/by-id/dm-name-x", "/dev/disk/by-id/md-uuid-x", "tmpfs", "", "/dev/sda1x"})
        g_assert_false(is_bus_dependent(name));
}

static void spelling() {
    BlockDevice d = device("/dev/sda1", 0, 1, "u");
    d.partuuid = "p";
    d.label = "l";
    assert_equal(stable_spelling(d), "UUID=u");
    d.uuid.clear();
    assert_equal(stable_spelling(d), "PARTUUID=p");
    d.partuuid.clear();
    assert_equal(stable_spelling(d), "LABEL=l");
    d.label.clear();
    assert_equal(stable_spelling(d), "");
    assert_equal(stable_spelling(device("/dev/vg0/root", 0, 0, "")), "/dev/vg0/root");
    assert_equal(stable_spelling(device("/dev/sda", 0, 0, "")), "");
}

static void efi_system_partitions() {
    BlockDevice d = device("/dev/sda1", 0, 1, "u");
    for (const auto *type :
         {"C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "0xef", "0xEF"}) {
        d.parttype = type;
        g_assert_true(is_esp(d));
    }
    for (const auto *type : {"", "0x83", "21686148-6449-6E6F-744E-656564454649"}) {
        d.parttype = type;
        g_assert_false(is_esp(d));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/storage/tags", tags);
    g_test_add_func("/storage/kernel-names", kernel_names);
    g_test_add_func("/storage/volumes", volumes);
    g_test_add_func("/storage/bus-names", bus_names);
    g_test_add_func("/storage/shared-names", shared_names);
    g_test_add_func("/storage/dependence", dependence);
    g_test_add_func("/storage/spelling", spelling);
    g_test_add_func("/storage/esp", efi_system_partitions);
    return g_test_run();
}
