// SPDX-License-Identifier: LGPL-2.1-or-later
// The same changes in ext file systems of many kinds, which e2fsck then finds nothing wrong with.
#include "tests/support/ext_image.h"
#include <fcntl.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::ExtImage;
using test::good;
using test::noise;
using test::TestFolder;

namespace {

/// @indexed: e2fsck makes an index of each folder, as the kernel does.
struct Kind {
    const char *name;
    const char *options;
    bool indexed = true;
};
constexpr Kind kinds[] = {
    {"ext2", "-t ext2 -b 4096"},
    {"ext3", "-t ext3 -b 4096"},
    {"ext3-plain", "-t ext3 -b 4096 -O ^filetype,^dir_index", false},
    {"ext4", "-t ext4 -b 4096"},
    {"ext4-no-index-yet", "-t ext4 -b 4096", false},
    {"1k", "-t ext4 -b 1024"},
    {"64bit-csum", "-t ext4 -b 4096 -O 64bit,metadata_csum"},
    {"csum-seed", "-t ext4 -b 4096 -O metadata_csum,metadata_csum_seed"},
    {"32bit-no-csum", "-t ext4 -b 4096 -O ^64bit,^metadata_csum"},
    {"uninit-bg", "-t ext4 -b 4096 -O ^metadata_csum,uninit_bg"},
    {"bigalloc", "-t ext4 -b 4096 -O bigalloc -C 16384"},
    {"inode-128", "-t ext4 -b 4096 -I 128"},
    {"large-dir", "-t ext4 -O large_dir -b 1024"},
    {"no-flex-bg", "-t ext4 -b 4096 -O ^flex_bg"},
    {"meta-bg", "-t ext4 -b 4096 -O meta_bg,^resize_inode"},
    {"ea-inode", "-t ext4 -b 4096 -O ea_inode"},
    {"orphan-file", "-t ext4 -b 4096 -O orphan_file"},
    {"no-journal", "-t ext4 -b 4096 -O ^has_journal"},
    {"sparse-super2", "-t ext4 -b 4096 -O sparse_super2,fast_commit"},
};

constexpr std::size_t big = 6 << 20;
const std::string label{"system_u:object_r:etc_t:s0\0", 27}, ones(700, '1'), longer = noise(5000, 9);

using test::put_file;

/// What each of the file systems begins with.
const std::string &tree() {
    static const TestFolder folder;
    static const std::string path = folder / "tree";
    if (std::filesystem::exists(path))
        return path;
    put_file(path + "/etc/fstab", "/dev/sda1 / ext4\n");
    put_file(path + "/etc/tiny", "x");
    put_file(path + "/etc/one", "linked");
    std::filesystem::create_hard_link(path + "/etc/one", path + "/etc/two");
    put_file(path + "/boot/big", noise(big, 1));
    put_file(path + "/var/old/gone", "gone");
    put_file(path + "/var/old/below/deep", "deep");
    put_file(path + "/var/over", "to be replaced");
    std::filesystem::create_symlink("etc/fstab", path + "/short");
    std::filesystem::create_symlink("etc/" + std::string(100, '.') + "/../fstab", path + "/long");
    for (int i = 0; i < 3000; ++i)
        put_file(path + "/many/entry-" + std::to_string(i), i % 100 ? "" : std::to_string(i));
    const int fd = open((path + "/sparse").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    g_assert_cmpint(pwrite(fd, "begin", 5, 0), ==, 5);
    g_assert_cmpint(pwrite(fd, "middle", 6, 3 << 20), ==, 6);
    g_assert_cmpint(ftruncate(fd, 40 << 20), ==, 0);
    close(fd);
    return path;
}

std::string make(const TestFolder &folder, const Kind &kind) {
    auto bytes = test::make_ext(folder, std::string{kind.options} + " -N 5000", "36M", tree());
    if (!kind.indexed)
        return bytes;
    g_assert_cmpint(test::status_of("e2fsck -fyD " + (folder / "made.img")), <=, 1);
    return test::file_content(folder / "made.img");
}

/// As a change of a file is carried out.
void replaces_a_file(const Files &files) {
    good(files.set_owner("/etc/fstab", 70000, 80000, 0640));
    good(files.set_label("/etc/fstab", label));
    good(files.write("/etc/fstab.part", "# new\n"));
    good(files.copy_attributes("/etc/fstab", "/etc/fstab.part"));
    good(files.rename("/etc/fstab.part", "/etc/fstab"));
}

void makes_folders(const Files &files) {
    good(files.make_folder("/new", 0755));
    good(files.make_folder("/new/below", 0700));
    good(files.write("/new/below/file", "in a new folder"));
    good(files.make_link("/etc/fstab", "/new/link"));
    good(files.make_link(std::string(200, 'l'), "/new/long-link"));
    good(files.set_label("/new/link", label));
    test::assert_failed(files.make_folder("/new", 0755), EEXIST);
    test::assert_failed(files.make_folder("/none/below", 0755), ENOENT);
}

/// Long names, so that blocks of the folder are split.
std::string long_name(int i) {
    return "/many/" + std::string(static_cast<std::size_t>(150 + i % 100), 'n') + std::to_string(i);
}

void changes_a_large_folder(const Files &files) {
    for (int i = 0; i < 400; ++i)
        good(files.write(long_name(i), std::to_string(i)));
    for (int i = 0; i < 3000; i += 7)
        good(files.remove("/many/entry-" + std::to_string(i)));
    for (int i = 1; i < 3000; i += 70)
        good(files.rename("/many/entry-" + std::to_string(i), "/many/renamed-" + std::to_string(i)));
    test::assert_failed(files.remove_folder("/many"), ENOTEMPTY);
}

void grows_files(const Files &files) {
    good(files.write("/etc/tiny", noise(900 << 10, 2)));
    good(files.append("/boot/big", noise(900 << 10, 3)));
    good(files.append("/etc/one", " and longer"));
    good(files.write("/var/cut", noise(300'000, 4)));
    good(files.truncate("/var/cut", 100'001));
    good(files.truncate("/var/cut", 200'002));
}

void renames_and_removes(const Files &files) {
    good(files.remove("/var/old/gone"));
    good(files.remove("/var/old/gone"));
    test::assert_failed(files.remove("/var/old/below"), EISDIR);
    test::assert_failed(files.remove_folder("/var/old"), ENOTEMPTY);
    test::assert_failed(files.rename("/var/old", "/var/old/below/x"), EINVAL);
    good(files.rename("/var/old/below", "/new/moved"));
    good(files.remove_folder("/var/old"));
    good(files.make_folder("/var/empty", 0755));
    good(files.rename("/new/moved", "/var/empty"));
    test::assert_failed(files.rename("/var/empty", "/etc"), ENOTEMPTY);
    test::assert_failed(files.rename("/var/empty", "/var/over"), ENOTDIR);
    test::assert_failed(files.rename("/var/over", "/var/empty"), EISDIR);
    good(files.write("/var/newer", "newer"));
    good(files.rename("/var/newer", "/var/over"));
    good(files.remove("/etc/two"));
    good(files.remove("/long"));
}

void copies(ExtImage &image) {
    const auto files = image.files();
    const auto node = [&](const std::string &path) { return good(image.tree().place_at(path, false)).node; };
    good(image.system().set_attribute(node("/sparse"), "user.ones", ones));
    good(image.system().set_attribute(node("/sparse"), "system.posix_acl_access",
                                      std::string_view{"\1\0\0\0\1\0\6\0\4\0\4\0\x20\0\0\0", 16}));
    good(files.copy("/sparse", "/var/sparse-copy"));
    test::assert_failed(files.copy("/sparse", "/var/sparse-copy"), EEXIST);
    // The longest value needs an inode of its own, where there are such.
    good(files.write("/var/with-value", "x"));
    const auto set = image.system().set_attribute(node("/var/with-value"), "user.longer", longer);
    if (!set)
        test::assert_failed(set, ENOSPC);
    good(files.remove("/var/with-value"));
    good(files.write("/var/with-ones", "x"));
    good(image.system().set_attribute(node("/var/with-ones"), "user.ones", ones));
    good(files.remove("/var/with-ones"));
}

void check_content(ExtImage &image) {
    const auto files = image.files();
    const auto read = [&](const std::string &path) { return image.read_all(path); };
    assert_equal(read("/etc/fstab"), "# new\n");
    const auto status = *good(files.status("/short", true));
    g_assert_cmpuint(status.mode, ==, S_IFREG | 0640);
    g_assert_cmpuint(status.uid, ==, 70000);
    g_assert_cmpuint(status.gid, ==, 80000);
    assert_equal(good(files.label("/etc/fstab")).value(), label);
    assert_equal(good(files.label("/new/link")).value(), label);
    assert_equal(good(files.link("/new/link")), "/etc/fstab");
    assert_equal(good(files.link("/new/long-link")), std::string(200, 'l'));
    assert_equal(read("/new/below/file"), "in a new folder");
    g_assert_true(read("/etc/tiny") == noise(900 << 10, 2));
    g_assert_true(read("/boot/big") == noise(big, 1) + noise(900 << 10, 3));
    assert_equal(read("/etc/one"), "linked and longer");
    g_assert_true(read("/var/cut") == noise(300'000, 4).substr(0, 100'001) + std::string(100'001, '\0'));
    assert_equal(read("/var/over"), "newer");
    assert_equal(read("/var/empty/deep"), "deep");
    for (int i = 0; i < 400; ++i)
        assert_equal(read(long_name(i)), std::to_string(i));
    for (int i = 0; i < 3000; ++i)
        g_assert_true(good(files.status("/many/entry-" + std::to_string(i), false)).has_value() ==
                      (i % 7 != 0 && i % 70 != 1));
    for (const char *gone : {"/etc/two", "/long", "/var/old", "/new/moved", "/etc/fstab.part", "/var/newer"})
        g_assert_false(good(files.status(gone, false)).has_value());
}

void check_copy(ExtImage &image) {
    const auto from = good(image.tree().place_at("/sparse")), to = good(image.tree().place_at("/var/sparse-copy"));
    auto &system = image.system();
    g_assert_true(image.read_all("/sparse") == image.read_all("/var/sparse-copy"));
    g_assert_true(good(system.attributes(from.node)) == good(system.attributes(to.node)));
    g_assert_cmpuint(good(system.attributes(to.node)).size(), ==, 2);
    std::uint64_t stored = 0;
    for (std::uint64_t at = 0; const auto run = good(system.data_from(to.node, at));) {
        stored += run->bytes;
        at = run->offset + run->bytes;
    }
    g_assert_cmpuint(stored, >=, 11);
    g_assert_cmpuint(stored, <=, 64 << 10);
    const auto before = good(system.times(from.node)), after = good(system.times(to.node));
    g_assert_true(before.modification.tv_sec == after.modification.tv_sec &&
                  before.modification.tv_nsec == after.modification.tv_nsec);
}

/// What another reader finds.
void check_by_debugfs(const TestFolder &folder) {
    const auto got = folder / "got";
    for (const char *path : {"/boot/big", "/etc/tiny", "/etc/fstab"})
        g_assert_cmpint(test::status_of("debugfs -R \"dump " + std::string{path} + " " + got + path[1] + "\" " +
                                        (folder / "out.img")),
                        ==, 0);
    g_assert_true(test::file_content(got + "b") == noise(big, 1) + noise(900 << 10, 3));
    assert_equal(test::file_content(got + "e"), "# new\n");
}

void edits(const void *data) {
    const auto &kind = *static_cast<const Kind *>(data);
    const TestFolder folder;
    ExtImage image{make(folder, kind)};
    const auto out = folder / "out.img";
    replaces_a_file(image.files());
    makes_folders(image.files());
    changes_a_large_folder(image.files());
    grows_files(image.files());
    renames_and_removes(image.files());
    copies(image);
    check_content(image);
    check_copy(image);
    image.check(out);
    const auto free = good(image.system().free_space());
    image.mount();
    check_content(image);
    check_copy(image);
    check_by_debugfs(folder);
    // Nothing of what was written is lost by dropping the rest.
    good(image.system().trim());
    g_assert_cmpuint(image.disk().discarded(), >, free / 2);
    image.check(out);
    image.mount(true);
    check_content(image);
    g_assert_cmpuint(good(image.system().free_space()), ==, free);
}

} // namespace

int main(int argc, char **argv) {
    test::use_system_tools();
    g_test_init(&argc, &argv, nullptr);
    for (const auto &kind : kinds)
        g_test_add_data_func(("/direct/ext-edits/" + std::string{kind.name}).c_str(), &kind, edits);
    return g_test_run();
}
