// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/appliance.h"
#include "convert/appliance/warm/record.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "convert/confine/warm/recording.h"
#include "tests/integration/served.h"
#include "tests/integration/small_guest.h"
#include "tests/integration/warm_appliance.h"
#include "tests/integration/warm_hosts.h"
#include "tests/integration/warm_trouble.h"
#include "tests/support/test.h"
#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <latch>
#include <map>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::close;
using test::empty_disk;
using test::holds;
using test::is_restored;
using test::launch;
using test::Launched;
using test::mounted;
using test::restored_process;
using test::says;
using test::Served;
using test::unwrap;

namespace {

namespace fs = std::filesystem;

/// What is recorded, it can only read.
void changes_no_recording() {
    const auto proc = restored_process(), recordings = unwrap(Recordings::find()).path();
    unsigned found = 0;
    for (const auto &entry : fs::directory_iterator{proc + "/fd"}) {
        std::error_code error;
        if (!fs::read_symlink(entry.path(), error).string().starts_with(recordings))
            continue;
        ++found;
        const auto info = unwrap(read_file(proc + "/fdinfo/" + entry.path().filename().string(), 1u << 12));
        const auto flags = words(lines(info).at(1)).at(1);
        g_assert_cmpuint(g_ascii_strtoull(flags.c_str(), nullptr, 8) & O_ACCMODE, ==, O_RDONLY);
    }
    g_assert_cmpuint(found, >=, 1);
    g_assert_false(holds(unwrap(read_file(proc + "/maps", 1u << 22)), recordings));
}

std::string text_of(const std::vector<BlockDevice> &devices) {
    std::string text;
    for (const auto &device : devices)
        text += device.name + " " + device.type + " " + device.uuid + " " + device.label + " " +
                std::to_string(device.bytes) + " " + std::to_string(device.partition) + "\n";
    return text;
}

void restored_is_as_booted() {
    auto booted = launch("booted");
    g_assert_false(is_restored());
    const auto expected = text_of(unwrap(booted.appliance->devices()));
    close(booted);
    unwrap(prepare_appliance(nullptr));
    const auto kept = unwrap(Recordings::find()).kept();
    g_assert_true(kept.has_value());
    g_assert_true(holds(unwrap(appliance_status()), kept->key) && holds(unwrap(appliance_status()), "host: yes"));
    unwrap(prepare_appliance(nullptr));
    g_assert_cmpint(unwrap(Recordings::find()).kept()->recorded, ==, kept->recorded);

    auto restored = launch("restored");
    g_assert_true(is_restored() && restored.notices.empty());
    g_test_message("booted in %.2f s, restored in %.2f s", booted.seconds, restored.seconds);
    assert_equal(text_of(unwrap(restored.appliance->devices())), expected);
    changes_no_recording();
    close(restored);
}

void require(int status, const Handle &handle) {
    if (status < 0)
        g_error("%s", handle.last_error().c_str());
}

/// A volume group on sda, half of a RAID set on sdb; both are there without being asked for.
void make_volumes() {
    Served served{{empty_disk("lvm", true), empty_disk("raid", true)}};
    Notices notices;
    const auto warm = unwrap(start_warm({.disks = served.sockets()}, notices, nullptr));
    const auto &handle = warm.handle;
    g_assert_true(handle != nullptr);
    const auto g = handle->call(&CallLimits::work);
    std::string disk = "/dev/sda", half = "/dev/sdb";
    char *members[] = {disk.data(), nullptr}, *halves[] = {half.data(), nullptr};
    require(guestfs_pvcreate(g, disk.c_str()), *handle);
    require(guestfs_vgcreate(g, "vg-a", members), *handle);
    require(guestfs_lvcreate(g, "root", "vg-a", 24), *handle);
    require(guestfs_mkfs(g, "ext4", "/dev/vg-a/root"), *handle);
    struct guestfs_md_create_argv options{};
    options.bitmask = GUESTFS_MD_CREATE_MISSINGBITMAP_BITMASK | GUESTFS_MD_CREATE_LEVEL_BITMASK;
    options.missingbitmap = 2;
    options.level = "raid1";
    require(guestfs_md_create_argv(g, "data", halves, &options), *handle);
    require(guestfs_mkfs(g, "ext2", "/dev/md/data"), *handle);
    require(guestfs_shutdown(g), *handle);
    served.finish();
}

void volumes_are_assembled() {
    make_volumes();
    Served served{{empty_disk("lvm", false), empty_disk("raid", false)}};
    Notices notices;
    const auto appliance = unwrap(Appliance::launch({.disks = served.sockets()}, notices, nullptr));
    g_assert_true(is_restored() && notices.empty());
    const auto devices = unwrap(appliance->devices());
    const auto *volume = find_device(devices, "/dev/vg-a/root");
    g_assert_true(volume != nullptr && volume->type == "ext4");
    const auto raid = std::ranges::find_if(devices, [](const BlockDevice &one) { return one.degraded; });
    g_assert_true(raid != devices.end() && raid->type == "ext2");
    unwrap(appliance->close());
}

void nobody_else_can_read() {
    const auto recordings = unwrap(Recordings::find());
    struct stat st{};
    for (const auto &entry : fs::recursive_directory_iterator{recordings.path()}) {
        g_assert_cmpint(lstat(entry.path().c_str(), &st), ==, 0);
        g_assert_cmpuint(st.st_mode & 077, ==, 0);
    }
    g_assert_true(chmod(recordings.path().c_str(), 0755) == 0);
    test::message_of(Recordings::find(), H2K_ERROR_TARGET);
    g_assert_true(chmod(recordings.path().c_str(), 0700) == 0);
}

/// As many times as $H2K_RESTORES says: each has the time, and random numbers and an identity of its own.
void copies_differ() {
    const char *asked = g_getenv("H2K_RESTORES");
    const auto count = parse_number<unsigned>(asked ? asked : "").value_or(4);
    std::set<std::string> seen;
    std::vector<double> times;
    for (unsigned i = 0; i < count; ++i) {
        const auto cpu = test::cpu_of_children();
        auto launched = launch("copy-" + std::to_string(i));
        g_assert_true(is_restored() && launched.notices.empty());
        times.push_back(launched.seconds);
        const auto guest = mounted(launched);
        const auto before = g_get_real_time() / G_USEC_PER_SEC;
        const auto said = lines(says(*guest, "/bin/busybox date +%s; /bin/busybox cat /proc/sys/kernel/random/uuid"));
        const auto after = g_get_real_time() / G_USEC_PER_SEC;
        g_assert_cmpuint(said.size(), ==, 2);
        const auto time = static_cast<gint64>(parse_number(said.at(0)).value_or(0));
        g_assert_cmpint(time, >=, before - 1);
        g_assert_cmpint(time, <=, after + 1);
        g_assert_true(seen.insert(said.at(1)).second);
        close(launched);
        for (const char *end : {"", "-2"})
            unlink((test::warm_work() + "/copy-" + std::to_string(i) + end + ".qcow2").c_str());
        if (asked)
            g_print("# restore %u: %.2f s, to its end %.2f s of CPU time\n", i, times.back(),
                    test::cpu_of_children() - cpu);
    }
    std::ranges::sort(times);
    g_test_message("%u restores: %.2f, median %.2f, at most %.2f s", count, times.front(), times[count / 2],
                   times.back());
}

/// The host's ssh-keygen, with the libraries that it needs; empty: there is none.
std::vector<std::string> key_maker() {
    const Owned<char> program{g_find_program_in_path("ssh-keygen")};
    if (!program)
        return {};
    std::vector<std::string> files{program.get()};
    for (const auto &word : words(unwrap(require_command({.argv = {"ldd", program.get()}}, nullptr))))
        if (word.starts_with('/'))
            files.push_back(word);
    return files;
}

/// What a program of the appliance prints.
std::string prints(const Handle &handle, std::string script) {
    char *words[] = {script.data(), nullptr};
    const Owned<char> said{guestfs_debug(handle.call(&CallLimits::work), "sh", words)};
    if (!said)
        g_error("%s: %s", script.c_str(), handle.last_error().c_str());
    return said.get();
}

/// A public key of ssh that is made in the appliance, on /dev/sda, which has a file system.
std::string key_made_in(const Handle &handle) {
    const auto g = handle.call(&CallLimits::work);
    std::string loader;
    require(guestfs_mount(g, "/dev/sda", "/"), handle);
    for (const auto &file : key_maker()) {
        const auto name = "/" + base_name(file);
        require(guestfs_upload(g, file.c_str(), name.c_str()), handle);
        require(guestfs_chmod(g, 0755, name.c_str()), handle);
        if (name.starts_with("/ld-"))
            loader = "/sysroot" + name;
    }
    prints(handle, "echo root:x:0:0::/:/bin/sh > /etc/passwd; " + loader +
                       " --library-path /sysroot /sysroot/ssh-keygen -q -t ed25519 -N '' -f /sysroot/key");
    auto key = prints(handle, "cat /sysroot/key.pub");
    g_assert_true(key.starts_with("ssh-ed25519 "));
    require(guestfs_umount_all(g), handle);
    return key;
}

/// Identities and keys that programs make: of file systems, of swap, of LUKS, of ssh, of the machine.
std::map<std::string, std::string> made_in(const Handle &handle) {
    std::map<std::string, std::string> made;
    const auto g = handle.call(&CallLimits::work);
    const auto note_uuid = [&](const char *what) {
        const Owned<char> uuid{guestfs_vfs_uuid(g, "/dev/sda")};
        g_assert_cmpuint(std::string_view{uuid.get()}.size(), ==, 36);
        made[what] = uuid.get();
    };
    require(guestfs_mkswap(g, "/dev/sda"), handle);
    note_uuid("swap");
    require(guestfs_mkfs(g, "ext4", "/dev/sda"), handle);
    note_uuid("ext4");
    made["machine"] = prints(handle, "cat /etc/machine-id");
    if (!key_maker().empty())
        made["ssh"] = key_made_in(handle);
    prints(handle, "printf key | cryptsetup -q luksFormat --type luks1 --pbkdf-force-iterations 1000 /dev/sda -");
    const auto luks = prints(handle, "printf key | cryptsetup -q luksDump --dump-master-key --key-file - /dev/sda; "
                                     "cryptsetup luksDump /dev/sda");
    for (const char *what : {"UUID:", "MK salt:", "MK dump:"}) {
        const auto at = luks.find(what);
        g_assert_true(at != std::string::npos);
        made[what] = luks.substr(at, 70); // of two lines
    }
    return made;
}

/// In two restored appliances the same programs make nothing that is equal.
void keys_differ() {
    std::map<std::string, std::string> made[2];
    for (auto &one : made) {
        const auto restored = test::restore("keys");
        g_assert_true(restored.warm.handle && restored.notices.empty());
        one = made_in(*restored.warm.handle);
        require(guestfs_shutdown(restored.warm.handle->call()), *restored.warm.handle);
    }
    g_assert_cmpuint(made[0].size(), >=, 6);
    for (const auto &[what, value] : made[0]) {
        g_test_message("%s: %s", what.c_str(), value.c_str());
        g_assert_true(!value.empty() && value != made[1].at(what));
    }
}

/// QEMU ends with the thread that started it: each works in one.
void two_at_once() {
    std::latch both{2};
    const auto work_in = [&](const char *name) {
        auto launched = launch(name);
        both.arrive_and_wait();
        g_assert_true(is_restored() && launched.notices.empty());
        says(*mounted(launched), std::string{"echo "} + name + " > /etc/which");
        assert_equal(unwrap(mounted(launched)->read("/etc/which")).value_or(""), std::string{name} + "\n");
        close(launched);
    };
    std::jthread one{work_in, "one"}, other{work_in, "other"};
}

/// Whoever records second is told so; what a killed one left is removed.
void one_records() {
    const auto path = unwrap(Recordings::find()).path();
    unwrap(make_folder(path + "/.virt-hyper2kvm-deadbeef", 0700));
    {
        const auto locked = unwrap(Recordings::lock());
        test::message_of(prepare_appliance(nullptr), H2K_ERROR_TARGET);
    }
    unwrap(prepare_appliance(nullptr));
    g_assert_false(path_exists(path + "/.virt-hyper2kvm-deadbeef"));
}

void recording_is_dropped() {
    unwrap(drop_appliance());
    g_assert_false(unwrap(Recordings::find()).kept().has_value());
    unwrap(drop_appliance());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    if (argc == 2 && !std::string_view{argv[1]}.starts_with('-'))
        return test::run_as_child(argv[1]);
    const auto folder = unwrap(WorkFolder::create(g_get_tmp_dir()));
    test::set_warm_work(folder->path());
    g_setenv("VIRT_HYPER2KVM_CACHE_DIR", folder->file("cache").c_str(), TRUE);
    if (const auto missing = test::make_small_guest(folder->path()); !missing.empty()) {
        g_print("1..0 # SKIP there is no %s here\n", missing.c_str());
        return 0;
    }
    g_test_add_func("/warm/as-booted", restored_is_as_booted);
    g_test_add_func("/warm/assembled", volumes_are_assembled);
    g_test_add_func("/warm/private", nobody_else_can_read);
    g_test_add_func("/warm/copies-differ", copies_differ);
    g_test_add_func("/warm/keys-differ", keys_differ);
    g_test_add_func("/warm/two-at-once", two_at_once);
    g_test_add_func("/warm/one-records", one_records);
    g_test_add_func("/warm/outdated", test::outdated_is_removed);
    g_test_add_func("/warm/damaged", test::damaged_is_removed);
    g_test_add_func("/warm/stopped", test::stopped_is_ended);
    g_test_add_func("/warm/spinning", test::spinning_is_ended);
    g_test_add_func("/warm/dropped", test::dropped_while_restoring);
    g_test_add_func("/warm/drop", recording_is_dropped);
    g_test_add_func("/warm/killed", test::killed_while_recording);
    g_test_add_func("/warm/full", test::disk_is_full);
    g_test_add_func("/warm/ordinary-user", test::ordinary_user);
    return g_test_run();
}
