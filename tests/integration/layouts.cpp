// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/layouts.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/storage/devices.h"
#include "convert/appliance/storage/encrypted.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "tests/integration/served.h"
#include "tests/support/test.h"
#include <array>

namespace h2k::test {

namespace {

constexpr const char *passphrase = "right one";

void good(int status, const Handle &handle) {
    if (status < 0)
        g_error("%s", handle.last_error().c_str());
}

/// Runs @words in the appliance.
void run(const Handle &handle, const char *script) {
    std::string text = script;
    char *words[] = {text.data(), nullptr};
    const Owned<char> said{guestfs_debug(handle.call(&CallLimits::work), "sh", words)};
    if (!said)
        g_error("%s: %s", script, handle.last_error().c_str());
}

/// An empty disk.
Disk new_disk(const std::string &path) {
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", path, "96M"}}, nullptr));
    return qcow2_disk(path, {});
}

void format(const Handle &handle, const char *device) {
    const auto g = handle.call(&CallLimits::work);
    good(guestfs_luks_format(g, device, passphrase, 0), handle);
    good(guestfs_cryptsetup_open(g, device, passphrase, "making", -1), handle);
}

void put_root(const Handle &handle, const char *device) {
    const auto g = handle.call(&CallLimits::work);
    good(guestfs_mkfs(g, "ext4", device), handle);
    good(guestfs_mount(g, device, "/"), handle);
    good(guestfs_mkdir(g, "/etc"), handle);
    good(guestfs_write(g, "/etc/os-release", "ID=debian\n", 10), handle);
    good(guestfs_umount_all(g), handle);
}

/// sda1: LUKS with a root; sdb: LUKS with a volume group; sdc: half of a RAID set.
void make(const Handle &handle) {
    const auto g = handle.call(&CallLimits::work);
    good(guestfs_part_disk(g, "/dev/sda", "mbr"), handle);
    format(handle, "/dev/sda1");
    put_root(handle, "/dev/mapper/making");
    good(guestfs_cryptsetup_close(g, "/dev/mapper/making"), handle);
    format(handle, "/dev/sdb");
    std::string mapping = "/dev/mapper/making";
    char *members[] = {mapping.data(), nullptr};
    good(guestfs_pvcreate(g, mapping.c_str()), handle);
    good(guestfs_vgcreate(g, "vg-a", members), handle);
    good(guestfs_lvcreate(g, "root", "vg-a", 24), handle);
    put_root(handle, "/dev/vg-a/root");
    good(guestfs_vg_activate_all(g, 0), handle);
    good(guestfs_cryptsetup_close(g, mapping.c_str()), handle);
    // A shell of the appliance may call the disks otherwise than libguestfs does; the label is the same for both.
    struct guestfs_mkswap_opts_argv options{};
    options.bitmask = GUESTFS_MKSWAP_OPTS_LABEL_BITMASK;
    options.label = "member";
    good(guestfs_mkswap_opts_argv(g, "/dev/sdc", &options), handle);
    run(handle, "disk=$(blkid -L member) && wipefs -a $disk && "
                "mdadm --create /dev/md/data --run --name=old:data --level=1 --raid-devices=2 $disk missing");
}

const BlockDevice &found(const std::vector<BlockDevice> &devices, std::string_view name) {
    const auto *device = find_device(devices, name);
    if (!device)
        g_error("there is no %s", std::string{name}.c_str());
    return *device;
}

void are_closed(const std::vector<BlockDevice> &devices) {
    g_assert_true(found(devices, "/dev/sda1").lock == Lock::closed);
    g_assert_true(found(devices, "/dev/sdb").lock == Lock::closed);
    const auto &raid = found(devices, "/dev/md/data");
    g_assert_true(raid.degraded);
    assert_equal(join(raid.below, " "), "/dev/sdc");
    g_assert_cmpuint(raid.disk, ==, 2);
}

} // namespace

void layouts_open(const void *folder) {
    std::unique_ptr<WorkFolder> kept;
    const auto handle = unwrap(Handle::create(nullptr));
    Notices notices;
    kept = unwrap(set_up_hypervisor(*handle, false, notices));
    std::vector<Disk> disks;
    for (const auto *name : {"/a.qcow2", "/b.qcow2", "/c.qcow2"})
        disks.push_back(new_disk(static_cast<const char *>(folder) + std::string{name}));
    const Served served{disks};
    for (const auto &socket : served.sockets())
        unwrap(add_disk(*handle, socket));
    unwrap(handle->launch());
    const auto g = handle->call(&CallLimits::launch);
    make(*handle);

    auto devices = unwrap(list_devices(*handle));
    are_closed(devices);
    auto failed = devices;
    g_assert_true(
        unwrap(open_encrypted(*handle, failed, std::array{DiskKey{"/dev/sda1", Secret{"wrong"}, {}}}, notices))
            .empty());
    g_assert_true(found(failed, "/dev/sda1").lock == Lock::wrong_key);
    g_assert_true(found(failed, "/dev/sdb").lock == Lock::closed);
    g_assert_cmpuint(notices.size(), ==, 1);
    const auto text = notices.begin()->text;
    g_assert_true(text.find("/dev/sda1") != std::string::npos && text.find("wrong") == std::string::npos);

    notices = {};
    const auto uuid = found(devices, "/dev/sda1").uuid;
    const std::array keys{DiskKey{uuid, Secret{passphrase}, {}}, DiskKey{"/dev/sdb", Secret{passphrase}, {}},
                          DiskKey{"/dev/sdz", Secret{"x"}, {}}};
    const auto mappings = unwrap(open_encrypted(*handle, devices, keys, notices));
    g_assert_cmpuint(mappings.size(), ==, 2);
    assert_equal(mappings[0], "/dev/mapper/luks-" + uuid);
    g_assert_cmpuint(notices.size(), ==, 1); // of /dev/sdz
    assert_equal(join(stack_below(devices, mappings[0]), " "), "ext4 crypt");
    assert_equal(join(stack_below(devices, found(devices, "/dev/mapper/vg--a-root").name), " "), "ext4 lvm crypt");
    g_assert_cmpuint(found(devices, "/dev/vg-a/root").disk, ==, 1);
    good(guestfs_mount_ro(g, "/dev/vg-a/root", "/"), *handle);
    g_assert_cmpint(guestfs_is_file(g, "/etc/os-release"), ==, 1);
    good(guestfs_umount_all(g), *handle);
    close_encrypted(*handle, mappings);
    for (const auto &mapping : mappings)
        g_assert_cmpint(guestfs_exists(g, mapping.c_str()), !=, 1);
    good(guestfs_shutdown(g), *handle);
}

} // namespace h2k::test
