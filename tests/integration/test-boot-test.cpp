// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Real domains of libvirt's embedded driver, on a disk that cannot boot.  The system tests boot real guests.
#include "tests/support/test.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "tests/integration/boot_orders.h"
#include "tests/integration/boot_traces.h"
#include "tests/integration/process.h"
#include <csignal>
#include <filesystem>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace h2k;
using namespace h2k::test;

namespace {

Disk empty_disk(const Place &place) {
    const auto path = place.at("empty.qcow2");
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", path, "64M"}}, nullptr));
    return disk_of(path, 64 * mib);
}

/// Everything of a file that a boot test must leave alone.
std::string identity_of(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(stat(path.c_str(), &st), ==, 0);
    const Owned<char> text{g_strdup_printf("%u:%u %o %ld.%09ld %ld.%09ld %ld", st.st_uid, st.st_gid, st.st_mode,
                                           st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_ctim.tv_sec, st.st_ctim.tv_nsec,
                                           static_cast<long>(st.st_size))};
    return text.get();
}

template <typename Condition> bool comes_true(Condition condition) {
    for (int tries = 0; tries < 450; tries++) {
        if (condition())
            return true;
        g_usleep(100'000);
    }
    return false;
}

bool nothing_is_left_of(const BootTestOrder &order) {
    return qemu_of(order.work).empty() && !path_exists(order.work + "/h2k-boot");
}

/// The evidence of a test; @act once QEMU is up.
template <typename Act> BootEvidence boot_while(const BootTestOrder &order, Notes &notes, Act act) {
    std::thread acts{[&] {
        if (comes_true([&] { return !qemu_of(order.work).empty(); }))
            act();
    }};
    auto evidence = boot_test(order, notes, nullptr);
    acts.join();
    return unwrap(std::move(evidence));
}

void what_cannot_boot_is_not_proven() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    const auto before = identity_of(order.domain.machine.disks[0].top.path);
    Notes notes;
    const auto got = boot_while(order, notes, [] {});
    g_assert_false(got.proven());
    assert_equal(got.method, "observe");
    assert_equal(got.accelerator, "tcg");
    assert_equal(got.why, "The guest showed no sign of a completed boot within 12 seconds.");
    g_assert_true(notes.notices.empty());
    const auto png = unwrap(read_file(got.screenshot, 64 * mib));
    g_assert_true(png.starts_with("\x89PNG\r\n\x1a\n"));
    g_assert_cmpuint(png.size(), >, 500);
    g_assert_true(path_exists(got.serial_log));
    assert_equal(identity_of(order.domain.machine.disks[0].top.path), before);
    g_assert_true(nothing_is_left_of(order));
    g_assert_true(std::filesystem::status(order.work).permissions() == std::filesystem::perms{0700});
}

/// A domain with variables of UEFI, and more memory than the host has.
void qemu_has_little_power() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    auto &machine = order.domain.machine;
    machine.firmware = Firmware::uefi;
    machine.memory = std::uint64_t{1} << 40;
    Notes notes;
    bool seen = false;
    const auto got = boot_while(order, notes, [&] {
        const auto found = qemu_of(order.work);
        g_assert_cmpuint(found.size(), ==, 1);
        is_nobody_else(found.front());
        has_limits(found.front());
        is_apart(found.front());
        for (const char *set : {"CapPrm:", "CapEff:"})
            assert_equal(fields_of(unwrap(read_file(found.front() + "/status", 1u << 16)), set)[0], "0000000000000000");
        const auto root = root_of(order.work);
        struct stat st{};
        // What it may not use is not there, so that libvirt asks QEMU for its abilities once.
        if (!order.use_kvm && geteuid() == 0 && stat("/dev/kvm", &st) == 0)
            g_assert_true(stat((found.front() + "/root/dev/kvm").c_str(), &st) == 0 && S_ISREG(st.st_mode));
        for (const char *name : {"/serial.log", "/nvram.fd"})
            g_assert_true(stat((root + name).c_str(), &st) == 0 && (st.st_mode & 07777) == 0600);
        g_assert_true(stat(root.c_str(), &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 07027) == 0);
        seen = true;
    });
    g_assert_true(seen);
    g_assert_false(got.proven()); // its firmware may have found that there is nothing to boot
    g_assert_cmpuint(notes.notices.size(), ==, 1);
    assert_equal(notes.notices.begin()->id, "boot.less-memory");
}

void a_wrong_description_is_an_error() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    order.domain.machine.vcpus = 5000;
    Notes notes;
    const auto message = message_of(boot_test(order, notes, nullptr), H2K_ERROR_FAILED);
    g_test_message("%s", message.c_str());
    g_assert_true(message.starts_with("libvirt could not start the virtual machine of the boot test: "));
    g_assert_false(path_exists(order.work + "/h2k-boot"));
}

void a_cancelled_test_ends_at_once() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    order.timeout = 300;
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    std::thread stops{[&] {
        comes_true([&] { return !qemu_of(order.work).empty(); });
        g_cancellable_cancel(cancel.get());
    }};
    Notes notes;
    const auto latest = g_get_monotonic_time() + 60'000'000;
    message_of(boot_test(order, notes, cancel.get()), H2K_ERROR_CANCELLED);
    stops.join();
    g_assert_cmpint(g_get_monotonic_time(), <, latest);
    g_assert_true(nothing_is_left_of(order));
}

void a_flood_of_output_ends_the_test() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    Notes notes;
    const auto got =
        boot_while(order, notes, [&] { std::filesystem::resize_file(root_of(order.work) + "/serial.log", 65 * mib); });
    assert_equal(got.why, "The boot test was stopped, because the guest wrote more than 64 MiB to its serial console.");
    g_assert_true(!got.proven() && unwrap(read_file(got.serial_log, 64 * mib)).size() == 4 * mib);
}

/// On a small file system that only this thread, and what it starts, can see.
void a_full_host_ends_the_test() {
    const Place place;
    const auto small = place.at("small");
    g_assert_cmpint(mkdir(small.c_str(), 0755), ==, 0);
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64m,mode=755") != 0)
        return g_test_skip("no file systems can be mounted here");
    auto order = order_for(place, empty_disk(place));
    order.work = small + "/boot";
    unwrap(make_folder(order.work, 0700));
    Notes notes;
    const auto got = boot_while(order, notes, [&] {
        unwrap(require_command({.argv = {"fallocate", "-l", "62M", small + "/filler"}}, nullptr));
    });
    g_assert_true(got.why.ends_with("was running out of space.") && !got.proven() && path_exists(got.serial_log));
    umount2(small.c_str(), MNT_DETACH);
}

/// Where no network namespace can be made, nothing runs.
void a_network_that_cannot_be_isolated_is_not_used() {
    const Place place;
    const auto root = place.at("h2k-root");
    unwrap(make_folder(root, 0700));
    int ends[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    const Descriptor ours{ends[0]};
    const auto launcher = Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE));
    g_subprocess_launcher_take_stdin_fd(launcher.get(), ends[1]);
    const auto program = std::string{g_getenv("VIRT_HYPER2KVM_LIBEXEC")} + "/virt-hyper2kvm-boot";
    const auto process = Ref<GSubprocess>::adopt(g_subprocess_launcher_spawn(
        launcher.get(), nullptr, "unshare", "--user", "--map-root-user", "sh", "-c",
        "echo 0 > /proc/sys/user/max_net_namespaces || exit 77; exec \"$@\"", "sh", program.c_str(), "run",
        root.c_str(), root.c_str(), "isolated", "tcg", "99999999999", "99999999", "99", nullptr));
    g_assert_true(bool{process});
    g_subprocess_wait(process.get(), nullptr, nullptr);
    if (g_subprocess_get_exit_status(process.get()) == 77)
        return g_test_skip("no user namespaces here");
    char said[256] = "";
    g_assert_cmpint(recv(ours.get(), said, sizeof said - 1, MSG_DONTWAIT | MSG_WAITALL), >, 0);
    assert_equal(said, "unisolated No space left on device\nbye\n");
}

/// What this program does as a job's process: PROGRAM job PARENT WORK DISK.
int be_a_job(char **argv) {
    BootTestOrder order;
    fill_order(order, argv[3], disk_of(argv[4], 64 * mib));
    order.evidence = std::string{argv[2]} + "/evidence";
    order.timeout = 300;
    Notes notes;
    const auto done = boot_test(order, notes, nullptr);
    return done && !done->proven() ? 7 : 1;
}

/// Runs the test as a process of its own, and @act once QEMU is up.
template <typename Act> void with_job(const Place &place, const BootTestOrder &order, Act act) {
    const auto self = unwrap(real_path("/proc/self/exe"));
    const auto job = Ref<GSubprocess>::adopt(g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, nullptr, self.c_str(), "job",
                                                              place.parent.get(), order.work.c_str(),
                                                              order.domain.machine.disks[0].top.path.c_str(), nullptr));
    g_assert_true(bool{job});
    const bool runs = comes_true([&] { return !qemu_of(order.work).empty(); });
    if (runs)
        act(job.get());
    g_subprocess_force_exit(job.get());
    g_subprocess_wait(job.get(), nullptr, nullptr);
    g_assert_true(runs);
}

void nothing_survives_a_killed_job() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    std::string folder;
    with_job(place, order, [&](GSubprocess *job) {
        folder = root_of(order.work);
        g_assert_true(path_exists(folder + "/domain.xml"));
        g_subprocess_force_exit(job); // SIGKILL
    });
    g_assert_true(comes_true([&] { return nothing_is_left_of(order) && !path_exists(folder); }));
}

/// Process number of the virt-hyper2kvm-boot that serves @work.
pid_t process_of(const std::string &work) {
    const auto found =
        unwrap(require_command({.argv = {"pgrep", "-o", "-f", "virt-hyper2kvm-boot run .*" + work}}, nullptr));
    return static_cast<pid_t>(g_ascii_strtoll(found.c_str(), nullptr, 10));
}

void nothing_survives_a_killed_reaper() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    with_job(place, order, [&](GSubprocess *job) {
        kill(process_of(order.work), SIGKILL);
        g_subprocess_wait(job, nullptr, nullptr);
        // no proof, or not even a start
        g_assert_true(g_subprocess_get_if_exited(job) && g_subprocess_get_exit_status(job) != 0);
    });
    g_assert_true(comes_true([&] { return nothing_is_left_of(order); }));
}

void the_next_test_removes_what_is_abandoned() {
    const Place place;
    auto order = order_for(place, empty_disk(place));
    std::string folder;
    with_job(place, order, [&](GSubprocess *job) {
        folder = root_of(order.work);
        g_assert_true(path_exists(folder + "/domain.xml"));
        const auto reaper = process_of(order.work);
        kill(reaper, SIGSTOP);
        g_subprocess_force_exit(job);
        g_subprocess_wait(job, nullptr, nullptr);
        kill(reaper, SIGKILL);
    });
    g_assert_cmpuint(qemu_of(order.work).size(), ==, 1);
    g_assert_true(path_exists(folder));
    order.domain.machine.vcpus = 5000;
    Notes notes;
    g_assert_true(comes_true([&] { // the worker, which holds the lock too, may take a moment to die
        message_of(boot_test(order, notes, nullptr), H2K_ERROR_FAILED);
        return nothing_is_left_of(order) && !path_exists(folder);
    }));
}

} // namespace

int main(int argc, char **argv) {
    if (argc == 5 && std::string_view{argv[1]} == "job")
        return be_a_job(argv);
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-test/not-proven", what_cannot_boot_is_not_proven);
    g_test_add_func("/boot-test/power", qemu_has_little_power);
    g_test_add_func("/boot-test/wrong-description", a_wrong_description_is_an_error);
    g_test_add_func("/boot-test/cancelled", a_cancelled_test_ends_at_once);
    g_test_add_func("/boot-test/killed-job", nothing_survives_a_killed_job);
    g_test_add_func("/boot-test/killed-reaper", nothing_survives_a_killed_reaper);
    g_test_add_func("/boot-test/abandoned", the_next_test_removes_what_is_abandoned);
    g_test_add_func("/boot-test/flood", a_flood_of_output_ends_the_test);
    g_test_add_func("/boot-test/full-host", a_full_host_ends_the_test);
    g_test_add_func("/boot-test/not-isolated", a_network_that_cannot_be_isolated_is_not_used);
    return g_test_run();
}
