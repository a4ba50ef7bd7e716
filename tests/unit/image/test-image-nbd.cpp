// SPDX-License-Identifier: LGPL-2.1-or-later
// The server that images are read and written through.
#include "convert/image/nbd/disk.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"
#include <csignal>
#include <sys/wait.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 8u << 20;

static Disk make_overlay(const TestFolder &folder) {
    const auto path = folder / "overlay";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", path, "8M"});
    return test::own_qcow2(path, bytes);
}

static void serves_a_disk() {
    const TestFolder folder;
    const auto image = make_overlay(folder);
    const auto &path = image.top.path;
    {
        auto disk = unwrap(NbdDisk::open(image, NbdDisk::Access::write, nullptr));
        g_assert_cmpuint(disk.size(), ==, bytes);
        unwrap(disk.write(1u << 20, std::string(5 << 20, 'w')));
        unwrap(disk.zero(2u << 20, 1u << 20));
        g_assert_true(unwrap(disk.extent(0)).empty);
        std::string back(3, ' ');
        unwrap(disk.read((2u << 20) - 1, back));
        assert_equal(back, std::string_view{"w\0\0", 3});
        unwrap(disk.finish());
    }
    auto disk = unwrap(NbdDisk::open(image, NbdDisk::Access::write, nullptr));
    std::string map;
    for (std::uint64_t at = 0; at < disk.size();) {
        const auto run = unwrap(disk.extent(at));
        map += std::to_string(run.length >> 20) + (run.empty ? "- " : "+ ");
        at += run.length;
    }
    assert_equal(map, "1- 1+ 1- 3+ 2- ");
    unwrap(disk.finish());
    g_assert_cmpint(truncate(path.c_str(), 100), ==, 0);
    const auto said = test::message_of(NbdDisk::open(image, NbdDisk::Access::own, nullptr), H2K_ERROR_FAILED);
    g_assert_true(said.contains(path));
}

static void stops_serving() {
    const TestFolder folder;
    const auto image = make_overlay(folder);
    const auto &path = image.top.path;
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    {
        auto disk = unwrap(NbdDisk::open(image, NbdDisk::Access::write, cancel.get()));
        unwrap(disk.write(0, std::string(1 << 20, 'w')));
        g_cancellable_cancel(cancel.get());
        test::message_of(disk.write(0, std::string(8 << 20, 'w')), H2K_ERROR_CANCELLED);
    }
    test::message_of(NbdDisk::open(image, NbdDisk::Access::own, cancel.get()), H2K_ERROR_CANCELLED);
    // Nobody holds the image any more.
    test::run({"qemu-io", "-f", "qcow2", "-c", "write -q 0 1M", path});
}

/// A job that is killed leaves no server at work, and no file but its own.
static void ends_with_its_job() {
    const TestFolder folder;
    const auto image = make_overlay(folder);
    const auto &path = image.top.path;
    int ready[2];
    g_assert_cmpint(pipe(ready), ==, 0);
    const auto job = fork();
    if (job == 0) {
        auto disk = unwrap(NbdDisk::open(image, NbdDisk::Access::write, nullptr));
        unwrap(disk.write(0, "x"));
        g_assert_cmpint(write(ready[1], "x", 1), ==, 1);
        pause();
        _exit(0);
    }
    char byte = 0;
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    kill(job, SIGKILL);
    g_assert_cmpint(waitpid(job, nullptr, 0), ==, job);
    close(ready[0]);
    close(ready[1]);
    for (int i = 0;; ++i) {
        const Command use{.argv = {"qemu-io", "-f", "qcow2", "-c", "write -q 0 1M", path}};
        if (unwrap(run_command(use, nullptr)).status == 0)
            break;
        g_assert_cmpint(i, <, 100);
        g_usleep(100000);
    }
    for (const auto &entry : std::filesystem::directory_iterator{g_get_tmp_dir()})
        g_assert_false(entry.path().filename().string().starts_with("virt-hyper2kvm-"));
}

int main(int argc, char **argv) {
    // A temporary folder of its own, whose name is longer than that of a socket can be.
    char place[] = "/tmp/h2k-flatten-XXXXXX";
    g_assert_nonnull(mkdtemp(place));
    const auto temporary = place + ("/" + std::string(100, 't'));
    unwrap(make_folder(temporary, 0700));
    g_setenv("TMPDIR", temporary.c_str(), TRUE);
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-nbd/serve", serves_a_disk);
    g_test_add_func("/image-nbd/cancel", stops_serving);
    g_test_add_func("/image-nbd/killed", ends_with_its_job);
    const int failures = g_test_run();
    std::filesystem::remove_all(place);
    return failures;
}
