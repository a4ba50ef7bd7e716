// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs that check file systems, on parts of disks that a real qemu-nbd serves.
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/direct/lane.h"
#include "tests/integration/made_filesystems.h"
#include "tests/integration/part_disks.h"
#include "tests/integration/part_processes.h"
#include <algorithm>
#include <chrono>
#include <csignal>
#include <sched.h>
#include <sys/mount.h>
#include <thread>

using namespace h2k;
using namespace h2k::test;

namespace {

using Clock = std::chrono::steady_clock;

/// Why no file can be had here; empty: it can.
std::string missing() {
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    const auto checked = check_ext(disk.part(), nullptr);
    return checked || !std::string_view{checked.error().message()}.contains("made a file") ? std::string{}
                                                                                           : checked.error().message();
}

bool skips() {
    static const std::string why = missing();
    if (!why.empty())
        g_test_skip(why.c_str());
    return !why.empty();
}

void clean() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    const auto before = Clock::now();
    g_assert_false(unwrap(check_ext(disk.part(), nullptr)));
    const std::chrono::duration<double, std::milli> took = Clock::now() - before;
    g_test_message("e2fsck -fn: %.1f ms", took.count());
    nothing_is_left();
}

void damaged() {
    if (skips())
        return;
    const TestFolder folder;
    const auto content = made_ext(folder);
    run({"debugfs", "-w", "-R", "clri /folder", content});
    PartDisk disk{content};
    const auto said = unwrap(check_ext(disk.part(), nullptr));
    g_assert_true(said && said->contains("/dev/sda1: ") && said->contains("errors"));
    g_assert_false(said->contains(part_file));
    assert_same_bytes(disk.finish(), content);
}

void no_file_system() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    const auto failed = message_of(check_ext(disk.as_it_lies(), nullptr), H2K_ERROR_FAILED);
    g_assert_true(failed.contains("/dev/sda1") && failed.contains("status 8"));
    auto longer = disk.part();
    longer.runs[1].length *= 4;
    g_assert_true(message_of(check_ext(longer, nullptr), H2K_ERROR_FAILED).contains("ends before"));
    auto absent = disk.part();
    absent.runs[1].disk = 1;
    (void)message_of(check_ext(absent, nullptr), H2K_ERROR_FAILED);
    nothing_is_left();
}

void journal() {
    if (skips())
        return;
    const TestFolder folder;
    const auto content = made_ext_with_journal(folder);
    PartDisk disk{content};
    const auto said = unwrap(check_ext(disk.part(), nullptr));
    g_assert_true(said && said->contains("journal"));
    const auto before = Clock::now();
    unwrap(replay_journal(disk.part(), nullptr));
    const std::chrono::duration<double, std::milli> took = Clock::now() - before;
    g_test_message("e2fsck -E journal_only: %.1f ms", took.count());
    unwrap(replay_journal(disk.part(), nullptr)); // there is nothing in it
    g_assert_false(unwrap(check_ext(disk.part(), nullptr)));
    const auto now = disk.finish();
    assert_equal(run({"debugfs", "-R", "cat /letters", now}), std::string(4096, 'b'));
    g_assert_false(run({"dumpe2fs", "-h", now}).contains("needs_recovery"));
    assert_equal(run({"debugfs", "-R", "cat /letters", content}), std::string(4096, 'a'));
    nothing_is_left();
}

void damaged_journal(gconstpointer block) {
    if (skips())
        return;
    const TestFolder folder;
    const auto content = made_ext_with_journal(folder);
    overwrite(content, (first_journal_block(content) + GPOINTER_TO_SIZE(block)) * 4096, std::string(4096, 'x'));
    const PartDisk disk{content};
    (void)message_of(replay_journal(disk.part(), nullptr), H2K_ERROR_FAILED);
}

void fat() {
    if (skips())
        return;
    const TestFolder folder;
    const auto content = made_fat(folder);
    {
        const PartDisk disk{content};
        g_assert_false(unwrap(check_fat(disk.part(), nullptr)));
    }
    overwrite(content, 512 * 4, "xxxxxxxx"); // its first table of clusters, unlike the second
    const PartDisk disk{content};
    g_assert_true(unwrap(check_fat(disk.part(), nullptr)).has_value());
}

/// A server of the disk that does not answer.
void hangs() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    const auto server = server_of(disk);
    kill(server, SIGSTOP);
    const auto before = Clock::now();
    const auto failed =
        message_of(check_ext(disk.part(), nullptr, {.time = std::chrono::seconds{1}}), H2K_ERROR_FAILED);
    g_assert_true(failed.contains("too long"));
    g_assert_true(Clock::now() - before < std::chrono::seconds{10});
    nothing_is_left();

    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    std::jthread canceller{[&] {
        g_usleep(300000);
        g_cancellable_cancel(cancel.get());
    }};
    (void)message_of(check_ext(disk.part(), cancel.get()), H2K_ERROR_CANCELLED);
    nothing_is_left();
    kill(server, SIGCONT);
}

/// Each process of a check killed by itself, while it waits.
void killed() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    const auto server = server_of(disk);
    for (const char *which : {"lend", "serve", "virt-hyper2kvm-confine"}) { // that waits, as e2fsck would
        kill(server, SIGSTOP);
        std::jthread killer{[&] { kill_process_of_check(which); }};
        const auto failed =
            message_of(check_ext(disk.part(), nullptr, {.time = std::chrono::seconds{3}}), H2K_ERROR_FAILED);
        g_test_message("%s killed: %s", which, failed.c_str());
        killer.join();
        kill(server, SIGCONT);
        nothing_is_left();
    }
}

/// Any process, at any moment; the job itself too.
void killed_at_random() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    constexpr int wanted = 20, most_rounds = 200;
    int hits = 0, rounds = 0;
    for (; hits < wanted && rounds < most_rounds; ++rounds) {
        Victim victim{disk.part()};
        g_usleep(static_cast<gulong>(g_random_int_range(0, 60000)));
        hits += victim.kill_one() ? 1 : 0;
        const int status = victim.wait();
        g_assert_true(status == Victim::clean || status == Victim::failed || status == 128 + SIGKILL);
        nothing_is_left();
    }
    g_test_message("%d of %d rounds killed something", hits, rounds);
    g_assert_cmpint(hits, ==, wanted);
    g_assert_false(unwrap(check_ext(disk.part(), nullptr)));
}

/// What each process may reach.
void powers() {
    if (skips())
        return;
    const TestFolder folder;
    const PartDisk disk{made_ext(folder)};
    std::jthread watcher{[&] {
        assert_confined("serve", 1); // the disk's socket
        assert_confined("sleep", 0);
        assert_hidden_mount();
        kill_process_of_check("sleep");
    }};
    const auto failed = run_on_part({"sleep", "60"}, disk.part(), false, {}, nullptr);
    g_assert_true(message_of(failed, H2K_ERROR_FAILED).contains("signal 9"));
    watcher.join();
    const auto absent = run_on_part({"virt-hyper2kvm-absent"}, disk.part(), false, {}, nullptr);
    g_assert_true(message_of(absent, H2K_ERROR_FAILED).contains("virt-hyper2kvm-absent"));
    nothing_is_left();
}

/// The bytes, where they are read and written in pieces of any size.
void bytes() {
    if (skips())
        return;
    const TestFolder folder;
    const auto content = made_ext(folder);
    PartDisk disk{content};
    const auto on = [&](std::vector<std::string> argv, bool writes = true) {
        return unwrap(run_on_part(argv, disk.part(), writes, {}, nullptr));
    };
    const auto sum = sha256_of(unwrap(read_file(content, 1u << 30)));
    assert_equal(words(on({"sha256sum", part_file}).output)[0], sum);
    const std::vector<std::string> write{"dd",       "if=/dev/zero", "of=/dev/fuse",       "bs=99999",
                                         "seek=165", "count=10",     "conv=notrunc,fsync", "status=none"};
    g_assert_cmpint(on(write, false).status, !=, 0);
    assert_equal(words(on({"sha256sum", part_file}).output)[0], sum);
    g_assert_cmpint(on(write).status, ==, 0);
    const auto punched = on({"fallocate", "--punch-hole", "--offset=4096", "--length=1000000", part_file});
    assert_equal(punched.output, "");
    overwrite(content, 165 * 99999, std::string(10 * 99999, '\0'));
    overwrite(content, 4096, std::string(1000000, '\0'));
    assert_equal(words(on({"sha256sum", part_file}).output)[0], sha256_of(unwrap(read_file(content, 1u << 30))));
    assert_same_bytes(disk.finish(), content);
}

/// As a user who may not mount anything.
void ordinary_user() {
    if (skips())
        return;
    if (geteuid() != 0)
        return g_test_skip("we are not root, and all other tests show this");
    const TestFolder folder;
    const PartDisk disk{made_ext(folder), PrivateUser{.uid = 61184, .gid = 61184}};
    Victim victim{disk.part(), {"setpriv", "--reuid=61184", "--regid=61184", "--clear-groups"}};
    const int status = victim.wait();
    if (status == Victim::no_file)
        return g_test_skip("ordinary users have no user namespaces here");
    g_assert_cmpint(status, ==, Victim::clean);
    nothing_is_left();
}

/// Where no file can be had, the lane says so before it has read a disk, unless it only reads.
void without_fuse() {
    if (skips())
        return;
    if (geteuid() != 0)
        return g_test_skip("only root can cover the device of FUSE");
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(nullptr, 0, G_TEST_SUBPROCESS_DEFAULT);
        return g_test_trap_assert_passed();
    }
    g_assert_cmpint(unshare(CLONE_NEWNS), ==, 0);
    g_assert_cmpint(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), ==, 0);
    unwrap(require_checker("e2fsck", nullptr));
    g_assert_cmpint(mount("/dev/null", part_file, nullptr, MS_BIND, nullptr), ==, 0);
    ServedGuest guest{.sockets = {"/nowhere"}};
    auto said = message_of(open_direct_lane(guest, nullptr), H2K_ERROR_FAILED);
    g_assert_true(said.starts_with("e2fsck cannot check the guest's file systems on this host: "));
    guest.changes = false;
    said = message_of(open_direct_lane(guest, nullptr), H2K_ERROR_FAILED);
    g_assert_true(said.contains("/nowhere"));
    said = message_of(require_checker("fsck.none", nullptr), H2K_ERROR_FAILED);
    g_assert_true(said.starts_with("There is no fsck.none on this host"));
}

} // namespace

int main(int argc, char **argv) {
    if (argc > 1 && Victim::is_one(argv[1]))
        return Victim::run({argv + 2, argv + argc});
    Victim::program = argv[0];
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct-checks/clean", clean);
    g_test_add_func("/direct-checks/damaged", damaged);
    g_test_add_func("/direct-checks/no-file-system", no_file_system);
    g_test_add_func("/direct-checks/journal", journal);
    g_test_add_data_func("/direct-checks/journal-without-start", GSIZE_TO_POINTER(0), damaged_journal);
    g_test_add_data_func("/direct-checks/journal-with-wrong-sum", GSIZE_TO_POINTER(2), damaged_journal);
    g_test_add_func("/direct-checks/fat", fat);
    g_test_add_func("/direct-checks/hangs", hangs);
    g_test_add_func("/direct-checks/killed", killed);
    g_test_add_func("/direct-checks/killed-at-random", killed_at_random);
    g_test_add_func("/direct-checks/powers", powers);
    g_test_add_func("/direct-checks/bytes", bytes);
    g_test_add_func("/direct-checks/ordinary-user", ordinary_user);
    g_test_add_func("/direct-checks/without-fuse", without_fuse);
    return g_test_run();
}
