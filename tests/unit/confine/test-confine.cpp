// SPDX-License-Identifier: LGPL-2.1-or-later
// What programs that read strangers' bytes can still do.
#include "convert/base/files.h"
#include "convert/base/process/sanitized.h"
#include "convert/base/text.h"
#include "convert/confine/confinement.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

static Finished run(std::vector<std::string> argv, const Confinement &confinement = {},
                    std::vector<HeldFile> files = {}) {
    return unwrap(run_command(confined({.argv = std::move(argv), .files = std::move(files)}, confinement), nullptr));
}

static Finished shell(const std::string &script, const Confinement &confinement = {},
                      std::vector<HeldFile> files = {}) {
    return run({"/bin/sh", "-c", script}, confinement, std::move(files));
}

static bool has_landlock() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) >= 1; }

static void becomes_the_program() {
    assert_equal(shell("echo \"$0 $1\"; exit 3").output, "/bin/sh \n");
    g_assert_cmpint(shell("exit 3").status, ==, 3);
    const auto missing = run({"/no/such/program"});
    g_assert_cmpint(missing.status, ==, 127);
    g_assert_true(missing.errors.contains("/no/such/program"));
}

/// One that cannot be confined is not started.
static void refuses_what_it_does_not_know() {
    auto command = confined({.argv = {"/bin/echo", "started"}}, {});
    command.argv.insert(command.argv.begin() + 1, "--everything");
    const auto done = unwrap(run_command(command, nullptr));
    g_assert_cmpint(done.status, ==, 126);
    assert_equal(done.output, "");
}

static void has_no_power() {
    const auto status = run({"/bin/cat", "/proc/self/status"}).output;
    g_assert_true(status.contains("NoNewPrivs:\t1\n"));
    g_assert_true(status.contains("Seccomp:\t2\n"));
    // CAP_DAC_OVERRIDE, with which root opens what it was handed.
    const std::string kept = geteuid() == 0 ? "0000000000000002" : "0000000000000000";
    for (const char *set : {"CapPrm", "CapEff"})
        g_assert_true(status.contains(std::string{set} + ":\t" + kept + "\n"));
    g_assert_true(status.contains("CapInh:\t0000000000000000\n"));
    const auto limits = run({"/bin/cat", "/proc/self/limits"}).output;
    g_assert_true(limits.contains("Max core file size        0                    0"));
}

static void opens_only_what_it_was_handed() {
    if (!has_landlock())
        return g_test_skip("this kernel has no Landlock");
    const TestFolder folder;
    const auto secret = folder / "secret", given = folder / "given", listed = folder / "listed";
    for (const auto &path : {secret, given, listed})
        unwrap(write_file(path, "old"));
    const auto for_reading = unwrap(HeldFile::open(given, O_RDONLY));
    g_assert_cmpint(shell("cat " + secret).status, !=, 0);
    g_assert_cmpint(shell("cat " + for_reading.name() + " 2>&1", {}, {for_reading}).status, ==, 0);
    g_assert_cmpint(shell("echo new > " + for_reading.name(), {}, {for_reading}).status, !=, 0);
    const auto for_writing = unwrap(HeldFile::open(given, O_RDWR));
    g_assert_cmpint(shell("echo new > " + for_writing.name(), {}, {for_writing}).status, ==, 0);
    assert_equal(unwrap(read_file(given, 100)), "new\n");
    // What is named, with all below; nothing is created beside it.
    g_assert_cmpint(shell("cat " + listed, {.readable = {listed}}).status, ==, 0);
    g_assert_cmpint(shell("echo new > " + listed, {.readable = {folder.path()}}).status, !=, 0);
    g_assert_cmpint(shell("echo new > " + folder.path() + "/more", {.writable = {folder.path()}}).status, ==, 0);
    g_assert_cmpint(shell("ls /root /etc /home").status, !=, 0);
    for (const auto *path : {"/etc/shadow", "/etc/passwd", "/proc/1/environ", "/dev/mem"})
        g_assert_cmpint(shell(std::string{"head -c 1 "} + path).status, !=, 0);
}

/// The name of what is open may be given to another file; the program gets what was opened.
static void a_swapped_name_changes_nothing() {
    const TestFolder folder;
    unwrap(write_file(folder / "image", "mine"));
    unwrap(write_file(folder / "other", "secret"));
    const auto held = unwrap(HeldFile::open(folder / "image", O_RDONLY));
    g_assert_cmpint(rename((folder / "other").c_str(), (folder / "image").c_str()), ==, 0);
    assert_equal(run({"/bin/cat", held.name()}, {}, {held}).output, "mine");
}

constexpr const char *try_socket = "import socket, sys\n"
                                   "try: socket.socket(getattr(socket, sys.argv[1]), socket.SOCK_STREAM)\n"
                                   "except PermissionError: sys.exit(7)\n";

static void has_no_network() {
    for (const char *family : {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"})
        g_assert_cmpint(run({"/usr/bin/python3", "-c", try_socket, family}).status, ==, 7);
    const Confinement local{.unix_sockets = true};
    g_assert_cmpint(run({"/usr/bin/python3", "-c", try_socket, "AF_UNIX"}, local).status, ==, 0);
    for (const char *family : {"AF_INET", "AF_INET6", "AF_NETLINK"})
        g_assert_cmpint(run({"/usr/bin/python3", "-c", try_socket, family}, local).status, ==, 7);
}

static void has_limits() {
    const auto limits =
        run({"/bin/cat", "/proc/self/limits"}, {.memory = 1u << 30, .file_size = 4096, .cpu_seconds = 77}).output;
    for (const auto &[name, value] : {std::pair{"Max cpu time", "77"}, std::pair{"Max file size", "4096"},
                                      std::pair{"Max address space", "1073741824"}}) {
        const auto at = limits.find(name);
        g_assert_true(at != limits.npos);
        if (!is_sanitized || std::string_view{name} != "Max address space")
            assert_equal(words(limits.substr(at + 25)).at(0), value);
    }
}

static void makes_no_namespaces() {
    constexpr const char *try_unshare = "import ctypes, sys\n"
                                        "libc = ctypes.CDLL(None, use_errno=True)\n"
                                        "sys.exit(0 if libc.unshare(int(sys.argv[1])) == 0 else ctypes.get_errno())\n";
    for (const char *flag : {"268435456", "1073741824", "131072"}) // user, network, mounts: <linux/sched.h>
        g_assert_cmpint(run({"/usr/bin/python3", "-c", try_unshare, flag}).status, ==, EPERM);
}

static void runs_as_nobody_else() {
    const auto user = private_user();
    if (geteuid() != 0) {
        g_assert_false(user.has_value());
        return;
    }
    g_assert_true(user.has_value());
    const auto status = run({"/bin/cat", "/proc/self/status"}, {.user = user, .groups = {12345}}).output;
    const auto id = std::to_string(user->uid);
    g_assert_true(status.contains("Uid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\n"));
    g_assert_true(status.contains("Gid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\n"));
    g_assert_true(status.contains("Groups:\t12345 \n"));
    g_assert_true(status.contains("CapEff:\t0000000000000000\n"));
    g_assert_cmpuint(private_user()->uid, !=, user->uid);
}

/// Its own folder is writable even if nobody else can come near it.
static void has_a_folder() {
    const TestFolder folder; // 0700
    const auto user = private_user();
    const auto own = folder / "own";
    unwrap(make_folder(own, 0700));
    if (user)
        g_assert_cmpint(chown(own.c_str(), user->uid, user->gid), ==, 0);
    const auto done =
        shell("echo \"$TMPDIR\"; echo mine > \"$TMPDIR/file\"; ls /proc/self/cwd/", {.folder = own, .user = user});
    assert_equal(done.output, ".\nfile\n");
    assert_equal(unwrap(read_file(own + "/file", 100)), "mine\n");
    g_assert_cmpint(shell("exit 0", {.folder = folder / "none"}).status, ==, 126);
}

/// As any user, where the kernel permits that.
static void has_namespaces() {
    constexpr const char *name = "/proc/self/ns/net";
    const auto ours = Owned<char>{g_file_read_link(name, nullptr)};
    const auto theirs = run({"/usr/bin/readlink", name}, {.namespaces = true, .user = private_user()}).output;
    assert_equal(run({"/usr/bin/readlink", name}).output, std::string{ours.get()} + "\n");
    if (run({"/usr/bin/unshare", "--user", "--net", "true"}).status == EPERM && geteuid() != 0)
        return g_test_skip("no user namespaces here");
    g_assert_true(theirs.starts_with("net:") && theirs != std::string{ours.get()} + "\n");
}

static void a_library_starts_it_by_name() {
    const TestFolder folder;
    const auto path = folder / "echo it";
    unwrap(make_confined_program(path, "/bin/cat", {.cpu_seconds = 5}));
    const auto done = unwrap(run_command({.argv = {path, "/proc/self/limits"}}, nullptr));
    g_assert_cmpint(done.status, ==, 0);
    g_assert_true(done.output.contains("Max cpu time              5 "));
    // Somebody else's words are not followed.
    if (geteuid() == 0) {
        g_assert_cmpint(chown((path + ".words").c_str(), 12345, 12345), ==, 0);
        g_assert_cmpint(unwrap(run_command({.argv = {path, "/proc/self/limits"}}, nullptr)).status, ==, 126);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/confine/folder", has_a_folder);
    g_test_add_func("/confine/own-namespaces", has_namespaces);
    g_test_add_func("/confine/program", becomes_the_program);
    g_test_add_func("/confine/unknown", refuses_what_it_does_not_know);
    g_test_add_func("/confine/power", has_no_power);
    g_test_add_func("/confine/files", opens_only_what_it_was_handed);
    g_test_add_func("/confine/swapped", a_swapped_name_changes_nothing);
    g_test_add_func("/confine/network", has_no_network);
    g_test_add_func("/confine/limits", has_limits);
    g_test_add_func("/confine/namespaces", makes_no_namespaces);
    g_test_add_func("/confine/user", runs_as_nobody_else);
    g_test_add_func("/confine/by-name", a_library_starts_it_by_name);
    return g_test_run();
}
