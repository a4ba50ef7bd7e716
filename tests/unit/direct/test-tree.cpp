// SPDX-License-Identifier: LGPL-2.1-or-later
// Paths in what is mounted: links, mount points, and glob(7) as glibc has it.
#include "convert/base/text.h"
#include "convert/direct/program/files/glob.h"
#include "tests/support/ext_image.h"
#include <glob.h>

using namespace h2k;
using test::assert_equal;
using test::assert_failed;
using test::ExtImage;
using test::good;
using test::TestFolder;

namespace {

std::string make_tree(const TestFolder &folder) {
    const auto top = folder / "tree";
    for (const char *path : {"/etc/fstab", "/etc/.hidden", "/etc/a[1]", "/etc/a1", "/etc/b{x}", "/lib/modules/6.1/a.ko",
                             "/lib/modules/6.2/b.ko", "/lib/modules/file", "/usr/bin/sh", "/usr/lib/libc.so"})
        test::put_file(top + path, "here");
    std::filesystem::create_directories(top + "/boot");
    const auto link = [&](const char *to, const char *path) { std::filesystem::create_symlink(to, top + path); };
    link("usr/bin", "/bin");
    link("/usr/bin/sh", "/absolute");
    link("../../../../etc/fstab", "/etc/up");
    link("nowhere", "/etc/dangling");
    link("loop", "/loop");
    link("fstab/", "/etc/not-a-folder");
    link("modules", "/lib/linked");
    link("l1", "/l0");
    for (int i = 1; i < 41; ++i)
        std::filesystem::create_symlink("l" + std::to_string(i + 1), top + "/l" + std::to_string(i));
    test::put_file(top + "/l41", "here");
    return top;
}

std::string real(const Files &files, const std::string &path) { return good(files.real_path(path)).value_or("-"); }

void follows_links() {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, "-t ext4", "16M", make_tree(folder))};
    const auto files = image.files();
    assert_equal(real(files, "/"), "/");
    assert_equal(real(files, "/../.."), "/");
    assert_equal(real(files, "//bin/./../lib//libc.so"), "/usr/lib/libc.so");
    assert_equal(real(files, "/bin/sh"), "/usr/bin/sh");
    assert_equal(real(files, "/absolute"), "/usr/bin/sh");
    assert_equal(real(files, "/etc/up"), "/etc/fstab");
    assert_equal(real(files, "/lib/linked/6.1"), "/lib/modules/6.1");
    for (const char *none :
         {"/none", "/etc/dangling", "/loop", "/etc/fstab/", "/etc/fstab/..", "/etc/not-a-folder", "/l0"})
        assert_equal(real(files, none), "-");
    assert_equal(real(files, "/l1"), "/l41"); // 40 links
    assert_failed(files.read("/loop", 0, 1), ELOOP);
    assert_failed(files.read("/l0", 0, 1), ELOOP);
    assert_failed(files.read("/etc/fstab/x", 0, 1), ENOTDIR);
    assert_failed(files.read("/etc", 0, 1), EISDIR);
    assert_failed(files.read("/" + std::string(256, 'n'), 0, 1), ENAMETOOLONG);
    assert_failed(files.read("/" + std::string(4096, '/'), 0, 1), ENAMETOOLONG);
    assert_equal(good(files.link("/etc/up")), "../../../../etc/fstab");
    assert_failed(files.link("/etc/fstab"), EINVAL);
    // open(2) makes what a link names.
    good(files.write("/etc/dangling", "made"));
    assert_equal(good(files.read("/etc/nowhere", 0, 10)), "made");
    assert_failed(files.make_folder("/etc/.", 0755), EINVAL);
    assert_failed(files.remove_folder("/"), EBUSY);
    image.check(folder / "out.img");
}

void crosses_mounts() {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, "-t ext4", "16M", make_tree(folder))};
    test::MemoryDisk disk{test::make_ext(folder, "-t ext2", "4M")};
    const auto boot = good(Ext::open(disk, false));
    assert_failed(image.tree().mount("/none", *boot), ENOENT);
    assert_failed(image.tree().mount("/etc/fstab", *boot), ENOTDIR);
    good(image.tree().mount("/boot", *boot));
    assert_failed(image.tree().mount("/boot/lost+found", *boot), EBUSY);
    const auto files = image.files();
    good(files.write("/boot/vmlinuz", "kernel"));
    good(files.make_link("/etc/fstab", "/boot/link"));
    assert_equal(real(files, "/boot/link"), "/etc/fstab");
    assert_equal(real(files, "/boot/../etc"), "/etc");
    assert_failed(files.rename("/boot/vmlinuz", "/vmlinuz"), EXDEV);
    assert_failed(files.remove_folder("/boot"), EBUSY);
    assert_failed(files.rename("/boot", "/elsewhere"), EBUSY);
    good(files.set_owner("/etc/fstab", 5, 6, 0604));
    good(files.copy("/etc/fstab", "/boot/copy"));
    g_assert_cmpuint(good(files.status("/boot/copy", true))->gid, ==, 6);
    g_assert_cmpuint(good(files.free_space("/boot")), <, good(files.free_space("/")));
    assert_equal(join(good(glob_in(image.tree(), "/*/[vl]*k*")), " "), "/boot/link /lib/linked");
}

/// What glob(3) finds in the folder @top.
std::string found_by_glibc(const std::string &top, const std::string &pattern) {
    glob_t found{};
    std::vector<std::string> paths;
    if (glob((top + pattern).c_str(), GLOB_BRACE, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc; ++i)
            paths.push_back(std::string{found.gl_pathv[i]}.substr(top.size()));
    globfree(&found);
    std::ranges::sort(paths);
    return join(paths, "\n");
}

void globs_as_glibc() {
    const TestFolder folder;
    const auto top = make_tree(folder);
    ExtImage image{test::make_ext(folder, "-t ext4", "16M", top)};
    good(image.files().remove_folder("/lost+found"));
    for (const char *pattern : {"/etc/*",
                                "/etc/.*",
                                "/etc/?*",
                                "/*/*",
                                "/*/*/*",
                                "/lib/modules/*/*.ko",
                                "/lib/*/6.*",
                                "/bin/*",
                                "/etc/[f]*",
                                "/etc/[!f]*",
                                "/etc/a\\[1\\]",
                                "/etc/a[1]",
                                "/etc/a[",
                                "/etc/{fstab,none,up}",
                                "/{lib,usr/{lib,bin}}/*",
                                "/etc/b{x}",
                                "/etc/b\\{x\\}",
                                "/etc/{",
                                "/etc/{fstab",
                                "/etc/{}",
                                "/etc/fstab",
                                "/etc/dangling",
                                "/none/*",
                                "/etc/fstab/*",
                                "/etc/*/",
                                "/lib/modules/*/",
                                "/loop/*",
                                "/l[3-5]",
                                "/*/../etc/fst*",
                                "/[[:alpha:]]oot",
                                "/usr/*/{sh,libc.so}"})
        assert_equal(join(good(glob_in(image.tree(), pattern)), "\n"), found_by_glibc(top, pattern));
    assert_equal(join(good(glob_in(image.tree(), "/")), " "), "/");
    std::string many;
    for (int i = 0; i < 12; ++i)
        many += "{a,b}";
    assert_failed(glob_in(image.tree(), "/" + many), E2BIG);
}

} // namespace

int main(int argc, char **argv) {
    test::use_system_tools();
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/direct/tree/links", follows_links);
    g_test_add_func("/direct/tree/mounts", crosses_mounts);
    g_test_add_func("/direct/tree/glob", globs_as_glibc);
    return g_test_run();
}
