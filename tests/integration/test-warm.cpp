// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/appliance.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/warm/record.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "convert/confine/warm/recording.h"
#include "tests/integration/served.h"
#include "tests/integration/small_guest.h"
#include "tests/support/test.h"
#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <latch>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::Served;
using test::unwrap;

namespace {

namespace fs = std::filesystem;

std::string work; ///< of all tests

bool holds(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

/// An overlay of its own over the one disk.
Disk overlay(const std::string &name) {
    const auto path = work + "/" + name + ".qcow2";
    unwrap(require_command(
        {.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", work + "/disk.raw", path}}, nullptr));
    return test::qcow2_disk(path, work + "/disk.raw");
}

/// Folder in /proc of a QEMU that our process started and that restores a machine; empty: there is none.
std::string restored_process() {
    for (const auto &entry : fs::directory_iterator{"/proc"}) {
        const auto proc = entry.path().string();
        const auto line = read_file(proc + "/cmdline", 1u << 16).value_or("");
        const auto status = read_file(proc + "/status", 1u << 16).value_or("");
        if (holds(status, "\nPPid:\t" + std::to_string(getpid()) + "\n") && holds(line, "virt-hyper2kvm.hold") &&
            holds(line, "-incoming"))
            return proc;
    }
    return {};
}

bool is_restored() { return !restored_process().empty(); }

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

struct Launched {
    std::unique_ptr<Served> served;
    std::unique_ptr<Appliance> appliance;
    Notices notices;
    double seconds = 0;
};

Launched launch(const std::string &name) {
    Launched launched{.served = std::make_unique<Served>(std::vector{overlay(name), overlay(name + "-2")}),
                      .appliance = nullptr,
                      .notices = {}};
    const auto start = g_get_monotonic_time();
    launched.appliance = unwrap(Appliance::launch({.disks = launched.served->sockets()}, launched.notices, nullptr));
    launched.seconds = static_cast<double>(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    return launched;
}

void close(Launched &launched) {
    unwrap(launched.appliance->close());
    launched.served->finish();
}

std::string text_of(const std::vector<BlockDevice> &devices) {
    std::string text;
    for (const auto &device : devices)
        text += device.name + " " + device.type + " " + device.uuid + " " + device.label + " " +
                std::to_string(device.bytes) + " " + std::to_string(device.partition) + "\n";
    return text;
}

/// What a program of the guest prints.
std::string says(Guest &guest, const std::string &script) {
    const auto command = "(" + script + ") > /tmp/said";
    unwrap(guest.apply(
        {.fixer = "test", .reason = "test", .action = RunInGuest{.argv = {"/bin/busybox", "sh", "-c", command}}}));
    return unwrap(guest.read("/tmp/said")).value_or("");
}

std::unique_ptr<Guest> mounted(const Launched &launched) {
    Notices ignored;
    return unwrap(launched.appliance->mount({{.device = "/dev/sda1", .path = "/"}}, ignored));
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

Disk empty_disk(const std::string &name, bool make) {
    const auto path = work + "/" + name + ".qcow2";
    if (make)
        unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", path, "96M"}}, nullptr));
    return test::qcow2_disk(path, {});
}

void require(int status, const Handle &handle) {
    if (status < 0)
        g_error("%s", handle.last_error().c_str());
}

/// A volume group on sda, half of a RAID set on sdb; both are there without being asked for.
void make_volumes() {
    const auto handle = unwrap(Handle::create(nullptr));
    Notices notices;
    const auto folder = unwrap(set_up_hypervisor(*handle, false, notices));
    Served served{{empty_disk("lvm", true), empty_disk("raid", true)}};
    unwrap(add_disks(*handle, served.sockets(), {}));
    unwrap(handle->launch());
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
    const auto count = parse_number<unsigned>(asked ? asked : "").value_or(20);
    std::set<std::string> seen;
    std::vector<double> times;
    for (unsigned i = 0; i < count; ++i) {
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
            unlink((work + "/copy-" + std::to_string(i) + end + ".qcow2").c_str());
        if (asked)
            g_print("# restore %u: %.2f s\n", i, times.back());
    }
    std::ranges::sort(times);
    g_test_message("%u restores: %.2f, median %.2f, at most %.2f s", count, times.front(), times[count / 2],
                   times.back());
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

void outdated_is_removed() {
    const auto recordings = unwrap(Recordings::find());
    const auto kept = recordings.kept();
    const auto before = recordings.path() + "/" + kept->key;
    const auto facts = replace_all(kept->facts, "libguestfs 1", "libguestfs 0");
    unwrap(write_file(before + "/" + facts_name, facts));
    g_assert_cmpint(rename(before.c_str(), (recordings.path() + "/" + key_of(facts)).c_str()), ==, 0);
    g_assert_true(holds(unwrap(appliance_status()), "host: no"));
    auto launched = launch("outdated");
    g_assert_false(is_restored());
    assert_equal(launched.notices.begin()->id, "appliance.outdated");
    close(launched);
    g_assert_false(recordings.kept().has_value());
}

void broken_is_removed() {
    unwrap(prepare_appliance(nullptr));
    const auto recordings = unwrap(Recordings::find());
    const auto state = recordings.path() + "/" + recordings.kept()->key + "/" + state_name;
    g_assert_cmpint(truncate(state.c_str(), 20 << 20), ==, 0);
    auto launched = launch("broken");
    g_assert_false(is_restored());
    assert_equal(launched.notices.begin()->id, "appliance.not-restored");
    close(launched);
    g_assert_false(recordings.kept().has_value());
    unwrap(drop_appliance());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    const auto folder = unwrap(WorkFolder::create(g_get_tmp_dir()));
    work = folder->path();
    g_setenv("VIRT_HYPER2KVM_CACHE_DIR", (work + "/cache").c_str(), TRUE);
    if (const auto missing = test::make_small_guest(work); !missing.empty()) {
        g_print("1..0 # SKIP there is no %s here\n", missing.c_str());
        return 0;
    }
    g_test_add_func("/warm/as-booted", restored_is_as_booted);
    g_test_add_func("/warm/assembled", volumes_are_assembled);
    g_test_add_func("/warm/private", nobody_else_can_read);
    g_test_add_func("/warm/copies-differ", copies_differ);
    g_test_add_func("/warm/two-at-once", two_at_once);
    g_test_add_func("/warm/one-records", one_records);
    g_test_add_func("/warm/outdated", outdated_is_removed);
    g_test_add_func("/warm/broken", broken_is_removed);
    return g_test_run();
}
