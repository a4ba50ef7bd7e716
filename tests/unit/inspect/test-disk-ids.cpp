// SPDX-License-Identifier: LGPL-2.1-or-later
// Disks that files name by identifiers of the old machine, and disks that a BIOS can start.
#include "convert/inspect/device_names.h"
#include "convert/inspect/disk_ids.h"
#include "convert/inspect/firmware.h"
#include "tests/support/fake_storage.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

BlockDevice part(const char *name, unsigned disk, unsigned number, const char *type) {
    BlockDevice device;
    device.name = name;
    device.disk = disk;
    device.partition = number;
    device.type = type;
    return device;
}

std::vector<BlockDevice> three_disks() {
    return {part("/dev/sda1", 0, 1, "xfs"),  part("/dev/sda2", 0, 2, "xfs"),  part("/dev/sdb1", 1, 1, "xfs"),
            part("/dev/sdb2", 1, 2, "swap"), part("/dev/sdc1", 2, 1, "ext4"), part("/dev/vg/data", 2, 0, "ext4")};
}

/// The device that @spelling means once @fstab is known.
std::string found(const char *fstab, const char *spelling, const std::vector<std::string> &wwns = {},
                  const char *multipath = "", const char *bindings = "") {
    auto devices = three_disks();
    name_by_ids(devices, "/dev/sda2", wwns, {fstab, "", multipath, bindings});
    const auto *device = find_device(devices, spelling);
    return device ? device->name : "";
}

} // namespace

static void the_root_and_what_is_left_decide() {
    constexpr auto fstab = "/dev/disk/by-id/scsi-36000c290000000aa-part2 / xfs defaults 0 0\n"
                           "/dev/disk/by-id/scsi-36000c290000000bb-part1 /srv xfs defaults 0 0\n"
                           "/dev/disk/by-id/wwn-0x6000c290000000bb-part2 swap swap defaults 0 0\n"
                           "/dev/disk/by-id/scsi-SVMware_Virtual_disk_6000c290000000cc-part1 /data ext4 defaults 0 0\n";
    assert_equal(found(fstab, "/dev/disk/by-id/scsi-36000c290000000aa-part2"), "/dev/sda2");
    assert_equal(found(fstab, "/dev/disk/by-id/scsi-36000c290000000bb-part1"), "/dev/sdb1");
    assert_equal(found(fstab, "/dev/disk/by-id/wwn-0x6000c290000000bb-part2"), "/dev/sdb2");
    assert_equal(found(fstab, "/dev/disk/by-id/scsi-SVMware_Virtual_disk_6000c290000000cc-part1"), "/dev/sdc1");
}

static void what_is_not_certain_is_not_guessed() {
    constexpr auto fstab = "UUID=r / xfs defaults 0 0\n"
                           "/dev/disk/by-id/scsi-36000c290000000bb-part1 /srv xfs defaults 0 0\n";
    assert_equal(found(fstab, "/dev/disk/by-id/scsi-36000c290000000bb-part1"), ""); // the first disk fits too
    assert_equal(found(fstab, "/dev/disk/by-id/scsi-36000c290000000bb-part1", {"", "6000C290000000BB", ""}),
                 "/dev/sdb1");
    constexpr auto two = "/dev/disk/by-id/ata-one-part1 /a ext4 defaults 0 0\n"
                         "/dev/disk/by-id/ata-two-part1 /b ext4 defaults 0 0\n";
    assert_equal(found(two, "/dev/disk/by-id/ata-one-part1"), "");
    constexpr auto gone = "/dev/disk/by-id/ata-one-part7 /a ext4 defaults 0 0\n";
    assert_equal(found(gone, "/dev/disk/by-id/ata-one-part7"), "");
}

static void aliases_of_multipath_are_disks() {
    constexpr auto fstab = "/dev/mapper/data1 /data ext4 defaults 0 0\n/dev/mapper/mpathb-part2 none swap sw 0 0\n"
                           "/dev/mapper/vg-data /more ext4 defaults 0 0\n";
    constexpr auto settings = "multipaths {\n\tmultipath {\n\t\twwid \"36000c290000000cc\"\n\t\talias data\n\t}\n}\n";
    constexpr auto bindings = "# alias wwid\nmpathb 36000c290000000bb\n";
    assert_equal(found(fstab, "/dev/mapper/data1", {}, settings, bindings), "/dev/sdc1");
    assert_equal(found(fstab, "/dev/mapper/mpathb-part2", {}, settings, bindings), "/dev/sdb2");
    assert_equal(found(fstab, "/dev/mapper/vg-data", {}, settings, bindings), "/dev/vg/data");
    assert_equal(found(fstab, "/dev/mapper/data1"), "");
}

static std::string sector(std::string code, bool signed_off = true) {
    code.resize(512, '\0');
    if (signed_off)
        code.replace(510, 2, "\x55\xaa");
    return code;
}

static void disks_with_code_can_be_started() {
    const auto order = [](const std::vector<std::string> &sectors) {
        std::string all;
        for (const auto disk : disks_with_boot_code(sectors))
            all += std::to_string(disk);
        return all;
    };
    assert_equal(order({}), "");
    assert_equal(order({sector(""), sector("\xfa\xb8", false), "short"}), "");
    assert_equal(order({sector("\xfa\xb8"), sector(""), sector("\xeb\x63 GRUB \x01")}), "20");
}

/// A swap with a random key, say, is in no other file.
static void crypttab_alone_names_disks() {
    test::FakeStorage storage;
    storage.list = {{.name = "/dev/sda1", .type = "ext4", .partition = 1},
                    {.name = "/dev/sdb1", .type = "ext4", .disk = 1, .partition = 1}};
    storage.files["/dev/sda1"] = {
        {"/etc/os-release", "ID=debian\n"},
        {"/etc/fstab", "/dev/sda1 / ext4 defaults 0 1\n"},
        {"/etc/crypttab", "swap /dev/disk/by-id/wwn-0x6000c290000000bb-part1 /dev/urandom swap\n"}};
    const auto devices = unwrap(devices_as_named_on(storage, "/dev/sda1", {"6000c290000000aa", "6000c290000000bb"}));
    const auto *found = find_device(devices, "/dev/disk/by-id/wwn-0x6000c290000000bb-part1");
    g_assert_nonnull(found);
    assert_equal(found->name, "/dev/sdb1");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/disk-ids/elimination", the_root_and_what_is_left_decide);
    g_test_add_func("/disk-ids/uncertain", what_is_not_certain_is_not_guessed);
    g_test_add_func("/disk-ids/multipath", aliases_of_multipath_are_disks);
    g_test_add_func("/disk-ids/boot-code", disks_with_code_can_be_started);
    g_test_add_func("/disk-ids/crypttab", crypttab_alone_names_disks);
    return g_test_run();
}
