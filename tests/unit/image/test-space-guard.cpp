// SPDX-License-Identifier: LGPL-2.1-or-later
// Disks that would fill the host's file system.
#include "convert/image/space_guard.h"
#include "tests/support/overlays.h"
#include <sys/mount.h>

using namespace h2k;
using test::TestFolder;
using test::unwrap;

/// Others need the file system too: a disk that would fill it is not written to the end.
static void leaves_space_to_others() {
    const TestFolder folder;
    const auto small = folder / "small";
    unwrap(make_folder(small, 0700));
    if (geteuid() != 0 || mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64m") != 0)
        return g_test_skip("only root can mount a small file system");
    test::run({"qemu-img", "create", "-q", "-f", "raw", folder / "large.raw", "63M"});
    test::run({"qemu-io", "-f", "raw", "-c", "write -q -P 7 0 63M", folder / "large.raw"});
    const Disk disk{.top = {.path = folder / "large.raw", .format = DiskFormat::raw, .bytes = 63u << 20}};
    const auto overlay = unwrap(create_overlay(folder / "overlay", disk, nullptr));
    // By the time that the copy ends, the watch has seen it or nothing is left to see.
    unwrap(write_file(small + "/other", std::string(3u << 20, 'o')));
    const auto done = convert_image({.from = overlay, .to = small + "/out"}, {}, nullptr);
    const auto said = test::message_of(done, H2K_ERROR_TARGET);
    g_assert_true(said.starts_with("“" + small + "” has too little") || said.starts_with("No space is left"));
    g_assert_cmpuint(std::filesystem::file_size(small + "/other"), ==, 3u << 20);
    g_assert_false(path_exists(small + "/out"));
    g_assert_cmpint(umount2(small.c_str(), MNT_DETACH), ==, 0);
}

/// The guard itself, on a file system that another program fills.
static void ends_what_fills_the_host() {
    const TestFolder folder;
    const auto small = folder / "small";
    unwrap(make_folder(small, 0700));
    if (geteuid() != 0 || mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64m") != 0)
        return g_test_skip("only root can mount a small file system");
    {
        const SpaceGuard guard{small, nullptr};
        unwrap(write_file(small + "/other", std::string(62u << 20, 'o')));
        const auto ended = run_command({.argv = {"sleep", "1000"}}, guard.cancellable());
        g_assert_false(ended.has_value());
        const auto said = test::message_of(guard.explain(check_cancelled(guard.cancellable())), H2K_ERROR_TARGET);
        g_assert_true(said.starts_with("“" + small + "” has too little free space"));
    }
    std::filesystem::remove(small + "/other");
    const auto job = Ref<GCancellable>::adopt(g_cancellable_new());
    const SpaceGuard guard{small, job.get()};
    g_cancellable_cancel(job.get());
    test::message_of(guard.explain(check_cancelled(guard.cancellable())), H2K_ERROR_CANCELLED);
    g_assert_cmpint(umount2(small.c_str(), MNT_DETACH), ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/space-guard/conversion", leaves_space_to_others);
    g_test_add_func("/space-guard/ends", ends_what_fills_the_host);
    return g_test_run();
}
