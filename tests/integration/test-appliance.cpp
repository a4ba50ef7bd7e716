// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/appliance.h"
#include "convert/apply/apply.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "tests/integration/call_limits.h"
#include "tests/integration/disks.h"
#include "tests/integration/file_checks.h"
#include "tests/integration/layouts.h"
#include "tests/integration/powers.h"
#include "tests/integration/served.h"
#include "tests/integration/small_guest.h"
#include "tests/support/test.h"
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>

using namespace h2k;
using test::assert_equal;
using test::change;
using test::content;
using test::holds;
using test::says;
using test::Served;
using test::unwrap;

namespace {

std::string work; ///< of all tests: the disk is made once

std::int64_t allocated(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(stat(path.c_str(), &st), ==, 0);
    return st.st_blocks * 512;
}

std::vector<Disk> disks_of_guest() {
    return {test::qcow2_disk(work + "/disk.qcow2", work + "/disk.raw"),
            test::qcow2_disk(work + "/esp.qcow2", work + "/esp.raw")};
}

std::unique_ptr<Appliance> launch(const Served &served, GCancellable *cancel) {
    Notices notices;
    auto appliance = unwrap(Appliance::launch({.disks = served.sockets()}, notices, cancel));
    g_assert_cmpuint(notices.size(), ==, 0);
    return appliance;
}

void devices(const Appliance &appliance) {
    const auto found = unwrap(appliance.devices());
    g_assert_cmpuint(found.size(), ==, 5);
    assert_equal(found[0].name, "/dev/sda1");
    assert_equal(found[0].type, "ext4");
    assert_equal(found[0].uuid, "11111111-2222-3333-4444-555555555555");
    assert_equal(found[0].label, "my root");
    assert_equal(found[0].partuuid, "12345678-01");
    assert_equal(found[0].parttype, "0x83");
    g_assert_cmpuint(found[0].bytes, ==, 200u << 20);
    g_assert_cmpuint(found[1].partition, ==, 2);
    assert_equal(found[2].type, "swap");
    assert_equal(found[2].label, "swappy");
    assert_equal(found[3].type, "");
    assert_equal(found[4].name, "/dev/sdb");
    assert_equal(found[4].type, "vfat");
}

void looks_without_mounting(const Appliance &appliance) {
    assert_equal(unwrap(appliance.read_on("/dev/sda1", "/etc/fstab")).value_or(""), "/dev/sda1 / ext4 defaults 0 1\n");
    assert_equal(unwrap(appliance.read_on("/dev/sda2", "/initrd")).value_or(""), "old\n");
    for (const char *device : {"/dev/sda2", "/dev/sda3", "/dev/sda4", "/dev/sdq1"})
        g_assert_false(unwrap(appliance.read_on(device, "/etc/fstab")).has_value());
}

void reads(const GuestView &guest) {
    assert_equal(content(guest, "/etc/link"), "first\n");
    assert_equal(content(guest, "/opt/file"), "behind a link\n");
    for (const char *path : {"/etc", "/etc/pipe", "/etc/loop", "/etc/none", "/etc/fstab/x", "/etc/dangling",
                             "/etc/to-appliance", "/etc/to-host"})
        assert_equal(content(guest, path), "(none)");
    test::message_of(guest.read("/srv/long"), H2K_ERROR_FAILED);
    g_assert_cmpuint(content(guest, "/srv/some").size(), ==, 5000000);
    assert_equal(unwrap(guest.link("/etc/link")).value_or(""), "owned");
    g_assert_false(unwrap(guest.link("/etc/owned")).has_value());
    g_assert_false(unwrap(guest.link("/etc/none")).has_value());
    assert_equal(join(unwrap(guest.list("/{no,}*")), " "),
                 "/bin /boot /dev /etc /lib /lost+found /opt /proc /srv /tmp /var");
    assert_equal(join(unwrap(guest.list("/etc/l*")), " "), "/etc/link /etc/loop");
    g_assert_true(unwrap(guest.exists("/etc/fstab")));
    g_assert_false(unwrap(guest.exists("/etc/none")));
}

void runs(Guest &guest) {
    const auto r = guest.apply(change(RunInGuest{.argv = {"/bin/busybox", "sh", "-c", "echo oops >&2; exit 3"}}));
    g_assert_true(holds(test::message_of(r, H2K_ERROR_FAILED), "oops"));
    g_assert_false(guest.apply(change(RunInGuest{.argv = {"/no/such/program"}})).has_value());
    g_assert_false(guest.apply(change(RunInGuest{})).has_value());
    assert_equal(says(guest, "/bin/busybox cat /proc/sys/kernel/randomize_va_space"), "0"); // without KVM

    RebuildInitramfs rebuild{.kernel = "6.1",
                             .image = "/boot/initrd",
                             .modules = {"virtio_blk", "virtio_pci"},
                             .argv = {"/bin/busybox", "cp", "/srv/new-image", "/boot/initrd"}};
    unwrap(guest.apply(change(rebuild)));
    assert_equal(join(unwrap(guest.initramfs_names("/boot/initrd")), " "), "lib/modules/6.1/virtio-blk.ko");
    rebuild.modules.emplace_back("virtio_net");
    g_assert_true(holds(test::message_of(guest.apply(change(rebuild)), H2K_ERROR_FAILED), ": virtio_net."));
    test::message_of(guest.initramfs_names("/boot/none"), H2K_ERROR_FAILED);
    test::message_of(guest.initramfs_names("/etc/fstab"), H2K_ERROR_SOURCE);
}

/// What a program leaves behind ends with it, and what it can reach is its own.
void programs_are_alone(Guest &guest) {
    assert_equal(says(guest, "/bin/busybox setsid /bin/busybox sleep 600 & echo done"), "done");
    says(guest, "kill -STOP $PPID; kill -KILL -1; true");
    assert_equal(says(guest, "set -- /proc/[0-9]*; echo $PPID $(($# < 6))"), "1 1");
    assert_equal(says(guest, "/bin/busybox mount | /bin/busybox grep -c ' /proc '"), "1");
    assert_equal(says(guest, "echo \"$root$sd\""), "");
    const std::string odd = "a 'b' \"c\" $d `e` \\ *\n#";
    unwrap(guest.apply(
        change(RunInGuest{.argv = {"/bin/busybox", "sh", "-c", "printf %s \"$1\" > /tmp/odd", "sh", odd}})));
    assert_equal(content(guest, "/tmp/odd"), odd);
}

/// By its own mode, and those of the folders above it.
void who_can_read(Guest &guest) {
    says(guest, "/bin/busybox mkdir -p /tmp/open /tmp/shut && : > /tmp/open/a && : > /tmp/open/b && : > /tmp/shut/a");
    says(guest, "/bin/busybox chmod 755 /tmp/open && /bin/busybox chmod 750 /tmp/shut && "
                "/bin/busybox chmod 644 /tmp/open/a /tmp/shut/a && /bin/busybox chmod 640 /tmp/open/b");
    says(guest, "/bin/busybox ln -s ../shut/a /tmp/open/link");
    g_assert_true(unwrap(guest.is_public("/tmp/open/a")) && unwrap(guest.is_public("/tmp/open/none")));
    g_assert_false(unwrap(guest.is_public("/tmp/open/b")) || unwrap(guest.is_public("/tmp/shut/a")) ||
                   unwrap(guest.is_public("/tmp/open/link")));
    says(guest, "/bin/busybox rm -r /tmp/open /tmp/shut");
}

void lists_are_bounded(Guest &guest) {
    const std::string make = "cd /tmp && /bin/busybox mkdir many && cd many && i=0; "
                             "while [ $i -lt $0 ]; do : > $i; i=$((i + 1)); done";
    unwrap(guest.apply(change(RunInGuest{.argv = {"/bin/busybox", "sh", "-c", make, "4096"}})));
    g_assert_cmpuint(unwrap(guest.list("/tmp/many/*")).size(), ==, 4096);
    g_assert_true(guest.notices().empty());
    says(guest, ": > /tmp/many/more");
    g_assert_cmpuint(unwrap(guest.list("/tmp/many/*")).size(), ==, 4096);
    assert_equal(guest.notices().begin()->text,
                 "“/tmp/many/*” matches 4097 paths in the guest; only the first 4096 of them are considered.");
    says(guest, "/bin/busybox rm -r /tmp/many");
}

void keeps(Guest &guest) {
    const std::string folder = "/var/lib/virt-hyper2kvm/job-1";
    const auto done = unwrap(apply_changes(
        guest, "job-1", {change(WriteFile{.path = "/etc/owned", .content = "2\n"}), change(RemoveFile{"/opt/file"})},
        {}, nullptr));
    assert_equal(done[1].kept[0], folder + "/files/opt/file");
    assert_equal(content(guest, folder + "/files/opt/file"), "changed\n");
    const auto stat = "/bin/busybox stat -c '%u %g %a' ";
    assert_equal(says(guest, stat + folder + "/files/etc/owned"), "1234 321 640");
    assert_equal(says(guest, stat + folder), "0 0 700");
    assert_equal(says(guest, stat + folder + "/journal.json"), "0 0 600");
    assert_equal(says(guest, stat + std::string{"/var/lib"}), "0 0 755");
    g_assert_true(unwrap(guest.keep("/srv/long", "/boot/long")) == Kept::no_space);
    g_assert_true(unwrap(guest.keep("/etc/none", "/etc/copy")) == Kept::absent);
}

void reports_free_space(const Guest &guest) {
    const auto file = unwrap(guest.space("/etc/owned")), folder = unwrap(guest.space("/boot"));
    g_assert_true(file && folder);
    g_assert_cmpuint(file->file, ==, 2);
    g_assert_cmpuint(folder->file, ==, 0);
    g_assert_true(file->free > (1u << 20) && file->free != folder->free);
    g_assert_false(unwrap(guest.space("/etc/none")).has_value());
}

void trims(Appliance &appliance, Guest &guest) {
    std::string noise;
    for (std::uint32_t i = 0, x = 1; i < (24u << 20); ++i, x = x * 1664525 + 1013904223)
        noise += static_cast<char>(x >> 24);
    unwrap(guest.apply(change(WriteFile{.path = "/srv/noise", .content = noise})));
    says(guest, "/bin/busybox sync");
    unwrap(guest.apply(change(RemoveFile{"/srv/noise"})));
    says(guest, "/bin/busybox sync");
    const auto before = allocated(work + "/disk.qcow2");
    unwrap(appliance.trim());
    g_assert_cmpint(allocated(work + "/disk.qcow2"), <, before - (20 << 20));
}

/// What the appliance left, as other programs read it from the image.
void is_whole_on_disk() {
    const std::string raw = work + "/after.raw";
    unwrap(require_command({.argv = {"qemu-img", "convert", "-O", "raw", work + "/disk.qcow2", raw}}, nullptr));
    const auto with = raw + "?offset=1048576";
    assert_equal(unwrap(require_command({.argv = {"debugfs", "-R", "cat /etc/owned", with}}, nullptr)), "2\n");
    test::check_attributes(with);
    const auto swap = unwrap(require_command({.argv = {"blkid", "-p", "-O", "277872640", raw}}, nullptr));
    g_assert_true(holds(swap, "LABEL=\"swappy\"") && holds(swap, "UUID=\"99999999-2222-3333-4444-555555555555\""));
    assert_equal(unwrap(read_file(work + "/secret", 100)), "of the host\n");
}

void whole_work() {
    Served served{disks_of_guest()};
    const auto appliance = launch(served, nullptr);
    devices(*appliance);
    looks_without_mounting(*appliance);
    Notices notices;
    const auto guest = unwrap(appliance->mount({{.device = "/dev/sda1", .path = "/"},
                                                {.device = "/dev/sda2", .path = "/boot"},
                                                {.device = "/dev/sdb", .path = "/tmp/esp"},
                                                {.device = "/dev/sda2", .path = "/no/such/folder"},
                                                {.device = "/dev/sda4", .path = "/srv"}},
                                               notices));
    g_assert_cmpuint(notices.size(), ==, 2);
    reads(*guest);
    test::writes(*guest);
    test::makes_folders_and_links(*guest);
    test::copies(*guest, work);
    test::works_on_vfat(*guest, work);
    runs(*guest);
    programs_are_alone(*guest);
    who_can_read(*guest);
    lists_are_bounded(*guest);
    test::extends_images(*guest);
    test::extended_images_go_back(*guest);
    keeps(*guest);
    reports_free_space(*guest);
    test::goes_back(*guest);
    trims(*appliance, *guest);
    const auto damage = unwrap(appliance->check_filesystems());
    g_assert_cmpuint(damage.size(), ==, 1);
    g_assert_true(holds(damage.begin()->text, "/dev/sda2"));
    unwrap(appliance->close());
    served.finish();
    is_whole_on_disk();
    Notices ignored;
    g_assert_false(appliance->mount({{.device = "/dev/sda1", .path = "/"}}, ignored).has_value());
}

/// Cancels after @milliseconds; the call that is running must end soon, and as cancelled.
template <typename Call> void cancelled_after(GCancellable *cancel, unsigned milliseconds, Call call) {
    gint64 when = 0;
    std::jthread canceller{[&] {
        g_usleep(milliseconds * 1000ul);
        when = g_get_monotonic_time();
        g_cancellable_cancel(cancel);
    }};
    test::message_of(call(), H2K_ERROR_CANCELLED);
    canceller.join();
    g_assert_cmpint(g_get_monotonic_time() - when, <, 60 * G_USEC_PER_SEC);
}

void launch_is_cancelled() {
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const Served served{disks_of_guest()};
    Notices notices;
    cancelled_after(cancel.get(), 2500,
                    [&] { return Appliance::launch({.disks = served.sockets()}, notices, cancel.get()); });
}

void run_is_cancelled() {
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const Served served{disks_of_guest()};
    const auto appliance = launch(served, cancel.get());
    Notices notices;
    const auto guest = unwrap(appliance->mount({{.device = "/dev/sda1", .path = "/"}}, notices));
    cancelled_after(cancel.get(), 1000,
                    [&] { return guest->apply(change(RunInGuest{.argv = {"/bin/busybox", "sleep", "600"}})); });
    test::message_of(guest->read("/etc/fstab"), H2K_ERROR_CANCELLED);
    test::message_of(appliance->close(), H2K_ERROR_CANCELLED);
}

/// The overlay lies where there is room for little more than its header.  The guest's @program runs after the writes.
void full_host_is_reported(gconstpointer program) {
    const auto small = work + "/small";
    unwrap(make_folder(small, 0700));
    if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=8m") != 0) {
        g_test_skip("no tmpfs can be mounted here");
        return;
    }
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", work + "/disk.raw",
                                     small + "/disk.qcow2"}},
                           nullptr));
    const Served served{{test::qcow2_disk(small + "/disk.qcow2", work + "/disk.raw")}};
    const auto appliance = launch(served, nullptr);
    Notices notices;
    auto guest = unwrap(appliance->mount({{.device = "/dev/sda1", .path = "/"}}, notices));
    std::string noise(24u << 20, '\0');
    for (std::size_t i = 0; i < noise.size(); ++i)
        noise[i] = static_cast<char>(i * 2654435761u >> 24);
    auto outcome = guest->apply(change(WriteFile{.path = "/noise", .content = noise}));
    if (outcome && program)
        outcome =
            guest->apply(change(RunInGuest{.argv = {"/bin/busybox", "sh", "-c", static_cast<const char *>(program)}}));
    guest.reset();
    if (outcome)
        outcome = appliance->close();
    const auto message = test::message_of(outcome, H2K_ERROR_FAILED);
    g_test_message("%s", message.c_str());
    umount2(small.c_str(), MNT_DETACH);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    const auto folder = unwrap(WorkFolder::create(g_get_tmp_dir()));
    work = folder->path();
    if (const auto missing = test::make_small_guest(work); !missing.empty()) {
        g_print("1..0 # SKIP there is no %s here\n", missing.c_str());
        return 0;
    }
    g_test_add_func("/appliance/whole-work", whole_work);
    g_test_add_data_func("/appliance/layouts", work.c_str(), test::layouts_open);
    g_test_add_data_func("/appliance/full-host/plain", nullptr, full_host_is_reported);
    g_test_add_data_func("/appliance/full-host/log-cleared",
                         "/bin/busybox sync; /bin/busybox sleep 1; /bin/busybox dmesg -c > /dev/null; true",
                         full_host_is_reported);
    g_test_add_data_func("/appliance/endless-program", work.c_str(), test::endless_program_is_ended);
    g_test_add_data_func("/appliance/silent", work.c_str(), test::silent_appliance_is_ended);
    g_test_add_data_func("/appliance/power", work.c_str(), test::qemu_has_little_power);
    g_test_add_func("/appliance/any-user", test::any_user_can_launch);
    g_test_add_data_func("/appliance/killed", work.c_str(), test::killed_job_is_cleaned_up);
    g_test_add_data_func("/appliance/missing-disk", work.c_str(), test::missing_disk_is_reported);
    g_test_add_data_func("/appliance/large-sectors", work.c_str(), test::large_sectors_are_read);
    g_test_add_func("/appliance/cancel/launch", launch_is_cancelled);
    g_test_add_func("/appliance/cancel/run", run_is_cancelled);
    return g_test_run();
}
