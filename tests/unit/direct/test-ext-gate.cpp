// SPDX-License-Identifier: LGPL-2.1-or-later
// Which ext file systems are opened, what a full one does, and that a damaged one does no harm.
#include "tests/support/ext_image.h"

using namespace h2k;
using test::assert_equal;
using test::assert_failed;
using test::ExtImage;
using test::good;
using test::TestFolder;

namespace {

/// @edit: a request of debugfs, may be empty.
struct Case {
    const char *name;
    const char *options;
    const char *edit;
    const char *reading; ///< why it is refused, "" where it is not
    const char *writing;
    bool journal = false;
};

constexpr const char *feature = "A file system has a feature that needs the appliance.";
constexpr const char *folders = "A file system has encrypted or case-insensitive folders, which needs the appliance.";
constexpr const char *replay = "The journal of a file system is to be replayed first.";
constexpr const char *elsewhere = "A file system has its journal on another device, which needs the appliance.";
constexpr const char *in_inodes = "A file system keeps data in inodes, which needs the appliance.";
constexpr const char *quotas = "A file system has quotas, which needs the appliance.";
constexpr const char *damaged = "A file system is damaged.";

constexpr Case cases[] = {
    {"plain", "-t ext4", "", "", ""},
    {"verity", "-t ext4 -O verity", "", "", ""},
    {"stable-inodes", "-t ext4 -O stable_inodes", "", "", ""},
    {"inline-data", "-t ext4 -O inline_data", "", in_inodes, in_inodes},
    {"quota", "-t ext4 -O quota", "", quotas, quotas},
    {"project", "-t ext4 -O project,quota", "", quotas, quotas},
    {"mmp", "-t ext4 -O mmp", "", "A file system is protected from being mounted twice, which needs the appliance.",
     "A file system is protected from being mounted twice, which needs the appliance."},
    {"casefold", "-t ext4 -O casefold", "", "", folders},
    {"encrypt", "-t ext4 -O encrypt", "", "", folders},
    {"read-only", "-t ext4", "feature read-only", "", folders},
    {"shared-blocks", "-t ext4", "feature shared_blocks", feature, feature},
    {"unknown-compat", "-t ext4", "ssv feature_compat 0x8000003c", feature, feature},
    {"unknown-incompat", "-t ext4", "ssv feature_incompat 0x800002c2", feature, feature},
    {"unknown-ro-compat", "-t ext4", "ssv feature_ro_compat 0x8000046b", feature, feature},
    {"compression", "-t ext4", "ssv feature_incompat 0x2c3", feature, feature},
    {"journal-device", "-O journal_dev", "",
     "A device is the journal of another file system, which needs the appliance.",
     "A device is the journal of another file system, which needs the appliance."},
    {"needs-recovery", "-t ext4", "feature needs_recovery", replay, replay, true},
    {"orphans", "-t ext4", "ssv last_orphan 12", replay, replay, true},
    {"orphan-file", "-t ext4 -O orphan_file", "feature orphan_present", replay, replay, true},
    {"external-journal", "-t ext4", "ssv journal_inum 0", elsewhere, elsewhere},
    {"errors", "-t ext4", "ssv state 3", "A file system has recorded errors, which needs the appliance.",
     "A file system has recorded errors, which needs the appliance."},
    {"not-unmounted", "-t ext2", "ssv state 0", "A file system was not unmounted, which needs the appliance.",
     "A file system was not unmounted, which needs the appliance."},
    {"large-blocks", "-t ext4 -b 65536", "", damaged, damaged},
    {"many-blocks", "-t ext4", "ssv blocks_count 100000000", damaged, damaged},
    {"small-groups", "-t ext4", "ssv blocks_per_group 9", damaged, damaged},
    {"odd-inodes", "-t ext4", "ssv inode_size 24", damaged, damaged},
};

void refuses(const void *data) {
    const auto &c = *static_cast<const Case *>(data);
    const TestFolder folder;
    test::make_ext(folder, c.options, "32M");
    const auto path = folder / "made.img";
    if (*c.edit)
        test::status_of("debugfs -w -R \"" + std::string{c.edit} + "\" " + path);
    test::MemoryDisk disk{test::file_content(path)};
    for (const bool read_only : {true, false}) {
        const std::string why = read_only ? c.reading : c.writing;
        const auto opened = Ext::open(disk, read_only);
        if (opened) {
            assert_equal("", why);
            continue;
        }
        g_assert_cmpint(opened.error().error, ==, 0);
        assert_equal(opened.error().text, why);
        g_assert_true(opened.error().journal == c.journal);
    }
}

void is_read_only() {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, "-t ext4", "16M")};
    const auto before = image.disk().content();
    image.mount(true);
    assert_failed(image.files().write("/new", "x"), EROFS);
    assert_failed(image.files().make_folder("/new", 0755), EROFS);
    assert_failed(image.system().trim(), EROFS);
    good(image.system().sync());
    g_assert_true(image.disk().content() == before);
}

/// Until nothing fits any more, and then once more what was removed.
void fills_up(const void *options) {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, static_cast<const char *>(options), "16M")};
    const auto files = image.files();
    int made = 0;
    for (bool full = false; !full; ++made) {
        const auto path = "/file-" + std::to_string(made);
        const auto written = files.write(path, test::noise(300'001, static_cast<std::uint32_t>(made)));
        full = !written;
        if (full) {
            assert_failed(written, ENOSPC);
            g_assert_false(good(files.status(path, false)).has_value());
        }
        g_assert_cmpint(made, <, 1000);
    }
    assert_failed(files.append("/file-0", test::noise(2 << 20, 99)), ENOSPC);
    g_assert_cmpuint(good(files.status("/file-0", true))->bytes, ==, 300'001);
    assert_failed(files.copy("/file-0", "/copy"), ENOSPC);
    g_assert_false(good(files.status("/copy", false)).has_value());
    image.check(folder / "full.img");
    // What is there already needs no space.
    good(image.system().write(good(image.tree().place_at("/file-0")).node, 100, test::noise(200'000, 98)));
    good(files.truncate("/file-0", 299'000));
    for (int i = 0; i < 5; ++i)
        good(files.remove("/file-" + std::to_string(i)));
    good(files.write("/again", test::noise(1 << 20, 7)));
    good(files.make_folder("/folder", 0755));
    image.check(folder / "full.img");
    g_assert_true(image.read_all("/again") == test::noise(1 << 20, 7));
}

/// No inode, and later no block, for names.
void fills_up_with_names() {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, "-t ext4 -N 100", "8M")};
    int made = 0;
    auto last = image.files().make_folder("/f", 0755);
    for (; last && made < 1000; ++made)
        last = made % 2 ? image.files().make_folder("/f/" + std::to_string(made), 0755)
                        : image.files().make_link("to", "/f/" + std::to_string(made));
    assert_failed(last, ENOSPC);
    g_assert_cmpint(made, >, 50);
    image.check(folder / "full.img");
}

void keeps_files_that_must_not_change() {
    const TestFolder folder;
    ExtImage image{test::make_ext(folder, "-t ext4", "16M")};
    good(image.files().write("/fixed", "fixed"));
    good(image.files().write("/log", "log"));
    image.check(folder / "out.img");
    test::status_of("debugfs -w -R \"sif /fixed flags 0x80010\" " + (folder / "out.img"));
    test::status_of("debugfs -w -R \"sif /log flags 0x80020\" " + (folder / "out.img"));
    ExtImage changed{test::file_content(folder / "out.img")};
    const auto files = changed.files();
    assert_failed(files.write("/fixed", "x"), EPERM);
    assert_failed(files.append("/fixed", "x"), EPERM);
    assert_failed(files.remove("/fixed"), EPERM);
    assert_failed(files.rename("/fixed", "/other"), EPERM);
    assert_failed(files.set_owner("/fixed", 1, 1, 0600), EPERM);
    assert_failed(files.write("/log", "x"), EPERM);
    good(files.append("/log", " more"));
    assert_equal(changed.read_all("/log"), "log more");
    changed.check(folder / "out.img");
}

/// Everything that can be asked, of what may be there.
void use(Bytes &disk) {
    auto system = Ext::open(disk, false);
    if (!system)
        return;
    Tree tree;
    if (!tree.mount("/", **system))
        return;
    const Files files{tree};
    (void)files.status("/etc/fstab", true);
    (void)files.read("/boot/big", 0, 1 << 20);
    (void)files.sha256("/boot/big");
    (void)files.link("/long");
    (void)files.label("/etc/fstab");
    (void)files.write("/etc/fstab", test::noise(70'000, 1));
    (void)files.append("/boot/big", test::noise(70'000, 1));
    (void)files.copy("/boot/big", "/etc/copy");
    for (int i = 0; i < 40; ++i)
        (void)files.write("/many/" + std::string(200, 'n') + std::to_string(i), "x");
    (void)files.make_folder("/many/folder", 0755);
    (void)files.set_label("/etc/fstab", std::string(300, 'l'));
    (void)files.rename("/etc/fstab", "/many/entry-3");
    (void)files.remove("/boot/big");
    (void)files.remove("/long");
    (void)(*system)->trim();
    (void)(*system)->sync();
}

void stands_damage(const void *options) {
    const TestFolder folder;
    const auto tree = folder / "tree";
    test::put_file(tree + "/etc/fstab", "x");
    test::put_file(tree + "/boot/big", test::noise(400'000, 1));
    for (int i = 0; i < 300; ++i)
        test::put_file(tree + "/many/entry-" + std::to_string(i), "");
    std::filesystem::create_symlink(std::string(150, 'l'), tree + "/long");
    test::make_ext(folder, static_cast<const char *>(options), "4M", tree);
    g_assert_cmpint(test::status_of("e2fsck -fyD " + (folder / "made.img")), <=, 1);
    const auto whole = test::file_content(folder / "made.img");
    // Where the super block, the groups, the inodes and the folders are.
    const std::size_t interesting = 400 << 10;
    for (std::uint32_t round = 0; round < 400; ++round) {
        test::MemoryDisk disk{whole};
        const auto places = test::noise(4 * (1 + round % 40), round);
        for (std::size_t i = 0; i + 3 < places.size(); i += 4) {
            std::uint32_t place = 0;
            std::copy_n(places.data() + i, 4, reinterpret_cast<char *>(&place));
            disk.content()[1024 + (place >> 8) % interesting] = static_cast<char>(place);
        }
        use(disk);
    }
}

} // namespace

int main(int argc, char **argv) {
    test::use_system_tools();
    g_test_init(&argc, &argv, nullptr);
    for (const auto &c : cases)
        g_test_add_data_func(("/direct/ext-gate/" + std::string{c.name}).c_str(), &c, refuses);
    g_test_add_func("/direct/ext-gate/mounted-read-only", is_read_only);
    g_test_add_data_func("/direct/ext-full/ext4", "-t ext4", fills_up);
    g_test_add_data_func("/direct/ext-full/ext2", "-t ext2 -b 1024", fills_up);
    g_test_add_data_func("/direct/ext-full/bigalloc", "-t ext4 -O bigalloc -C 16384", fills_up);
    g_test_add_func("/direct/ext-full/names", fills_up_with_names);
    g_test_add_func("/direct/ext-gate/fixed", keeps_files_that_must_not_change);
    g_test_add_data_func("/direct/ext-damage/ext4", "-t ext4 -O ^metadata_csum,^has_journal", stands_damage);
    g_test_add_data_func("/direct/ext-damage/ext2", "-t ext2 -b 1024", stands_damage);
    return g_test_run();
}
