// SPDX-License-Identifier: LGPL-2.1-or-later
// What the direct lane says of disks is what the appliance says of them, member by member.
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/storage/devices.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/direct/program/devices.h"
#include "tests/integration/served.h"
#include "tests/support/test.h"
#include <array>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

/// A disk of the guest; "": it has no partition table, or gets one in the appliance.
struct Layout {
    const char *table = "";
    unsigned sector_bytes = 512;
};

constexpr auto layouts = std::to_array<Layout>({
    {"label: dos\nlabel-id: 0x1234abcd\nstart=2048, size=32768, type=83, bootable\nstart=34816, size=178176, type=5\n"
     "start=36864, size=8192, type=82\nstart=47104, size=71680, type=c\nstart=120832, size=32768, type=83\n"
     "start=155648, size=16384, type=83\n"},
    {"label: gpt\nlabel-id: 11111111-2222-3333-4444-555555555555\n"
     "1: start=2048, size=32768, type=U, name=\"EFI System\"\n2: start=34816, size=8192, type=L, name=\"na\xc3\xafve "
     "$1\"\n"
     "10: start=43008, size=92160, type=E6D6D379-F507-44C2-A23C-238F2A3DF928\n"
     "11: start=135168, size=8192, type=L\n"},
    {},         // an unpartitioned file system
    {},         // empty
    {},         // a physical volume
    {"", 4096}, // a GPT with large sectors
    {"label: dos\nstart=2048, size=40960, type=8e\n"},
    {"label: gpt\n"}, // without partitions
    {},               // another file system
});

/// Runs guestfs calls that have to succeed.
class Maker {
  public:
    explicit Maker(const Handle &handle) : handle_(handle) {}
    void make() const;

  private:
    void good(int status, int line = __builtin_LINE()) const {
        if (status < 0)
            g_error("line %d: %s", line, handle_.last_error().c_str());
    }
    void file_system(const char *type, const char *device, const char *label) const {
        struct guestfs_mkfs_opts_argv options{};
        if (*label) {
            options.bitmask = GUESTFS_MKFS_OPTS_LABEL_BITMASK;
            options.label = label;
        }
        good(guestfs_mkfs_opts_argv(handle_.call(&CallLimits::work), type, device, &options));
    }
    void swap(const char *device, const char *label) const {
        struct guestfs_mkswap_opts_argv options{};
        options.bitmask = GUESTFS_MKSWAP_OPTS_LABEL_BITMASK;
        options.label = label;
        good(guestfs_mkswap_opts_argv(handle_.call(), device, &options));
    }
    void two_claims(const char *device) const;
    void volumes() const;
    void large_sectors() const;
    const Handle &handle_;
};

/// An ext superblock in a swap area.
void Maker::two_claims(const char *device) const {
    file_system("ext2", device, "");
    std::size_t size = 0;
    const Owned<char> super{guestfs_pread_device(handle_.call(), device, 1024, 1024, &size)};
    g_assert_cmpuint(size, ==, 1024);
    swap(device, "both");
    good(guestfs_pwrite_device(handle_.call(), device, super.get() + 56, 1024 - 56, 1024 + 56));
}

/// A group on a partition and a whole disk, with a volume that lies on both and one in two pieces; one on a partition.
void Maker::volumes() const {
    std::string a = "/dev/sdb10", b = "/dev/sde", c = "/dev/sdg1";
    char *two[] = {a.data(), b.data(), nullptr}, *one[] = {c.data(), nullptr};
    for (const auto *member : {&a, &b, &c})
        good(guestfs_pvcreate(handle_.call(), member->c_str()));
    good(guestfs_vgcreate(handle_.call(), "vg-a", two));
    good(guestfs_vgcreate(handle_.call(), "other", one));
    good(guestfs_lvcreate(handle_.call(), "swap", "vg-a", 8));
    good(guestfs_lvcreate(handle_.call(), "root", "vg-a", 16));
    good(guestfs_lvcreate(handle_.call(), "data", "vg-a", 60));
    good(guestfs_lvresize(handle_.call(), "/dev/vg-a/root", 32));
    good(guestfs_lvcreate(handle_.call(), "a_b.c", "other", 8));
    file_system("ext4", "/dev/vg-a/root", "root");
    file_system("ext4", "/dev/vg-a/data", "");
    swap("/dev/vg-a/swap", "swap");
}

void Maker::large_sectors() const {
    good(guestfs_part_init(handle_.call(), "/dev/sdf", "gpt"));
    good(guestfs_part_add(handle_.call(), "/dev/sdf", "primary", 256, 4095));
    good(guestfs_part_add(handle_.call(), "/dev/sdf", "primary", 4096, 8191));
    good(guestfs_part_set_name(handle_.call(), "/dev/sdf", 2, "second"));
    file_system("ext4", "/dev/sdf1", "large");
    swap("/dev/sdf2", "");
}

void Maker::make() const {
    file_system("ext4", "/dev/sda1", "W\xc3\xb6rt \"$\\\"");
    swap("/dev/sda5", "W\xf6rt"); // not UTF-8
    file_system("vfat", "/dev/sda6", "DATA");
    file_system("ext2", "/dev/sda7", "");
    two_claims("/dev/sda8");
    file_system("vfat", "/dev/sdb1", "ESP");
    file_system("ext3", "/dev/sdc", "whole");
    file_system("btrfs", "/dev/sdi", "trees");
    volumes();
    large_sectors();
}

/// All members, as text.
std::string text_of(const std::vector<BlockDevice> &devices) {
    std::string text;
    for (const auto &d : devices)
        text += join({d.name, d.type, d.uuid, d.label, d.partuuid, d.partlabel, d.parttype, std::to_string(d.disk),
                      std::to_string(d.partition), std::to_string(d.bytes), name_of(d.lock), d.degraded ? "1" : "0",
                      join(d.below, ","), join(d.names, ",")},
                     "|") +
                "\n";
    return text;
}

std::vector<Disk> make_disks(const std::string &folder) {
    std::vector<Disk> disks;
    for (std::size_t i = 0; i < layouts.size(); ++i) {
        const auto raw = folder + "/" + std::to_string(i), overlay = raw + ".qcow2";
        unwrap(write_file(raw, ""));
        std::filesystem::resize_file(raw, 160u << 20);
        if (*layouts[i].table) {
            unwrap(write_file(raw + ".sfdisk", layouts[i].table));
            unwrap(
                require_command({.argv = {"/bin/sh", "-c", "sfdisk -q \"$1\" < \"$1.sfdisk\"", "sh", raw}}, nullptr));
        }
        unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", raw, overlay}},
                               nullptr));
        disks.push_back(test::qcow2_disk(overlay, raw));
    }
    return disks;
}

int connect_to(const std::string &path) {
    struct sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(fd, reinterpret_cast<const struct sockaddr *>(&address), sizeof address), ==, 0);
    return fd;
}

std::vector<BlockDevice> in_the_appliance(const test::Served &served) {
    const auto handle = unwrap(Handle::create(nullptr));
    Notices notices;
    const auto kept = unwrap(set_up_hypervisor(*handle, false, notices));
    const auto sockets = served.sockets();
    for (std::size_t i = 0; i < sockets.size(); ++i)
        unwrap(add_disk(*handle, sockets[i], layouts[i].sector_bytes));
    unwrap(handle->launch());
    Maker{*handle}.make();
    auto devices = unwrap(list_devices(*handle));
    g_assert_cmpint(guestfs_shutdown(handle->call()), ==, 0);
    return devices;
}

void same_devices() {
    const auto folder = unwrap(WorkFolder::create(g_get_tmp_dir()));
    test::Served served{make_disks(folder->path())};
    const auto expected = in_the_appliance(served);
    std::vector<std::unique_ptr<Bytes>> disks;
    std::vector<unsigned> sector_bytes;
    for (const auto &socket : served.sockets()) {
        sector_bytes.push_back(layouts[disks.size()].sector_bytes);
        disks.push_back(unwrap(open_disk(connect_to(socket))));
    }
    const auto start = g_get_monotonic_time();
    const auto found = unwrap(Devices::find(disks, sector_bytes));
    g_test_message("%zu devices in %.1f ms", found.all().size(),
                   static_cast<double>(g_get_monotonic_time() - start) / 1000);
    g_test_message("%s", text_of(expected).c_str());
    assert_equal(text_of(found.all()), text_of(expected));
    assert_equal(found.unfit(), "");
    // What the cases are meant to be.
    assert_equal(device_named(expected, "/dev/sda1")->label, "W\xc3\xb6rt \"$\\\"");
    assert_equal(device_named(expected, "/dev/sda5")->label, "WM-vrt");
    assert_equal(device_named(expected, "/dev/sdb2")->partlabel, "na\xc3\xafve $1");
    const auto type = [&](const char *name) { return device_named(expected, name)->type; };
    assert_equal(type("/dev/sda8"), "");
    assert_equal(type("/dev/sdi"), "btrfs");
    assert_equal(type("/dev/vg-a/data"), "ext4");
    g_assert_cmpuint(device_named(expected, "/dev/vg-a/data")->below.size(), ==, 2);
    g_assert_null(device_named(expected, "/dev/sdd"));
    disks.clear();
    served.finish();
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct/devices", same_devices);
    return g_test_run();
}
