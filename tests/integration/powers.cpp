// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/powers.h"
#include "convert/appliance/appliance.h"
#include "convert/appliance/hypervisor.h"
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "tests/integration/process.h"
#include "tests/integration/served.h"
#include "tests/support/test.h"
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2k::test {

namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

void has_no_rights(const std::string &proc) {
    const auto status = unwrap(read_file(proc + "/status", 1u << 16));
    for (const char *set : {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"})
        assert_equal(fields_of(status, set)[0], "0000000000000000");
    assert_equal(fields_of(status, "Seccomp:")[0], "2");
    assert_equal(join(fields_of(status, "Groups:"), " "), "");
}

/// No image of the host; of what it can write, only the snapshot that it removed.
void has_no_images(const std::string &proc) {
    std::size_t files = 0;
    for (const auto &entry : fs::directory_iterator{proc + "/fd"}) {
        std::error_code error;
        const auto to = fs::read_symlink(entry.path(), error).string();
        const auto info = unwrap(read_file(proc + "/fdinfo/" + entry.path().filename().string(), 1u << 12));
        const auto flags = g_ascii_strtoull(fields_of(info, "flags:")[0].c_str(), nullptr, 8);
        if (!to.starts_with('/') || to.starts_with("/dev/") || to.starts_with("/memfd:"))
            continue;
        ++files;
        g_assert_true((flags & O_ACCMODE) == O_RDONLY ? to.ends_with("/root") : to.contains("/own/vl."));
    }
    g_assert_cmpuint(files, >=, 2);
}

std::set<std::string> named_in(const std::string &folder, std::string_view prefix) {
    std::set<std::string> found;
    for (const auto &entry : fs::directory_iterator{folder})
        if (const auto name = entry.path().filename().string(); name.starts_with(prefix))
            found.insert(name);
    return found;
}

/// Runs @what in a process of its own, which exits with what it returns.  GLib's own thread is missing there, so that
/// it can wait for no command.
template <typename What> pid_t in_child(What what) {
    const pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
        _exit(what());
    return child;
}

/// What libguestfs noted of QEMU at an earlier time: it takes the size and the time of our link's target for QEMU's.
void note_nothing_of_qemu(const Handle &handle) {
    struct stat st{};
    g_assert_cmpint(stat(own_program("virt-hyper2kvm-confine").c_str(), &st), ==, 0);
    const Owned<char> cache{guestfs_get_cachedir(handle.call())};
    const auto folder = std::string{cache.get()} + "/.guestfs-" + std::to_string(geteuid());
    const auto key = std::to_string(st.st_size) + "-" + std::to_string(st.st_mtime);
    unwrap(make_folder(folder, 0755));
    for (const char *name : {"help", "devices", "qmp-schema", "query-kvm"})
        unwrap(write_file(folder + "/qemu-" + key + "." + name, "none\n"));
    unwrap(write_file(folder + "/qemu-" + key + ".stat", "3 " + replace_all(key, "-", " ") + " qemu\n"));
}

} // namespace

void qemu_has_little_power(const void *folder) {
    const std::string work = static_cast<const char *>(folder);
    const Served served{{qcow2_disk(work + "/disk.qcow2", work + "/disk.raw")}};
    std::unique_ptr<WorkFolder> kept;
    const auto handle = unwrap(Handle::create(nullptr));
    note_nothing_of_qemu(*handle);
    Notices notices;
    kept = unwrap(set_up_hypervisor(*handle, false, notices));
    g_assert_cmpuint(notices.size(), ==, 0);
    unwrap(add_disk(*handle, served.sockets().front()));
    unwrap(handle->launch());
    const auto proc = "/proc/" + std::to_string(guestfs_get_pid(handle->call()));
    g_assert_true(unwrap(read_file(proc + "/cmdline", 1u << 16)).contains("-nodefaults")); // which it asks QEMU for
    has_no_rights(proc);
    is_nobody_else(proc);
    has_limits(proc);
    has_no_images(proc);
    is_apart(proc);
}

void any_user_can_launch() {
    if (geteuid() != 0)
        return g_test_skip("we are not root, and all other tests show this");
    const auto folder = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto disk = folder->file("disk.qcow2");
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", disk, "16M"}}, nullptr));
    for (const auto &path : {folder->path(), disk})
        g_assert_cmpint(chown(path.c_str(), nobody, nobody), ==, 0);
    const auto child = in_child([&] {
        g_unsetenv("TMPDIR"); // it may be ours alone
        if (setgid(nobody) != 0 || setuid(nobody) != 0)
            return 1;
        const Served served{{qcow2_disk(disk, {})}};
        Notices notices;
        const auto appliance = Appliance::launch({.disks = served.sockets()}, notices, nullptr);
        if (!appliance)
            g_printerr("%s\n", appliance.error().message());
        return appliance && notices.size() == 0 && (*appliance)->close() ? 0 : 1;
    });
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

void killed_job_is_cleaned_up(const void *folder) {
    const std::string work = static_cast<const char *>(folder), own = work + "/killed";
    unwrap(make_folder(own, 0700));
    const auto before = named_in("/tmp", "libguestfs");
    int ready[2];
    g_assert_cmpint(pipe(ready), ==, 0);
    const auto child = in_child([&] {
        g_setenv("VIRT_HYPER2KVM_TMPDIR", own.c_str(), TRUE);
        const Served served{{qcow2_disk(work + "/disk.qcow2", work + "/disk.raw")}};
        Notices notices;
        const auto appliance = unwrap(Appliance::launch({.disks = served.sockets()}, notices, nullptr));
        g_assert_cmpint(write(ready[1], "x", 1), ==, 1);
        return pause();
    });
    char byte = 0;
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    g_assert_true(named_in("/tmp", "libguestfs") == before);
    g_assert_cmpuint(named_in(own, ".virt-hyper2kvm-").size(), ==, 2);
    g_assert_cmpint(kill(child, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(child, nullptr, 0), ==, child);
    unwrap(WorkFolder::create(own)).reset();
    g_assert_cmpuint(named_in(own, "").size(), ==, 0);
    g_assert_true(named_in("/tmp", "libguestfs") == before);
}

} // namespace h2k::test
