// SPDX-License-Identifier: LGPL-2.1-or-later
// FAT file systems behind a real NBD server; mtools read and write them too, and fsck.fat checks them.
#include "convert/base/text.h"
#include "convert/direct/program/fat/fat.h"
#include "convert/format/bytes.h"
#include "tests/support/fat_image.h"
#include <algorithm>
#include <cerrno>

using namespace h2k;
using test::fails;
using test::FatImage;
using test::FatKindMade;
using test::good;
using test::run;

namespace {

constexpr FatKindMade kinds[] = {
    {"fat12", "12", "2", "3000"}, {"fat16", "16", "4", "20000"}, {"fat32", "32", "1", "40000"}};

bool skips() {
    for (const char *tool : {"mkfs.fat", "fsck.fat", "mcopy"})
        if (!Owned<char>{g_find_program_in_path(tool)}) {
            g_test_skip(tool);
            return true;
        }
    return false;
}

Node at(FileSystem &system, const std::string &path) {
    Node node = system.root();
    for (const auto &part : split(path, '/')) {
        const auto found = good(system.find(node, part));
        g_assert_true(found.has_value());
        node = *found;
    }
    return node;
}

std::string content(FileSystem &system, const std::string &path) {
    return good(system.read(at(system, path), 0, 8u << 20));
}

std::string noise(std::size_t size, std::uint32_t seed) {
    std::string bytes(size, '\0');
    for (auto &c : bytes) {
        seed = seed * 1664525 + 1013904223;
        c = static_cast<char>(seed >> 24);
    }
    return bytes;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

/// What mtools made.
void reads(gconstpointer data) {
    if (skips())
        return;
    FatImage made{*static_cast<const FatKindMade *>(data)};
    const auto large = noise(700001, 1);
    const auto file = made.file("file", large);
    run({"mmd", "-i", made.image(), "::/EFI", "::/EFI/debian", "::/empty"});
    run({"mcopy", "-i", made.image(), file, "::/EFI/debian/grubx64.efi"});
    run({"mcopy", "-i", made.image(), file, "::/EFI/BOOTX64.EFI"});
    run({"env", "LC_ALL=C.UTF-8", "mcopy", "-i", made.image(), file, "::/A much longer name – 日本.txt"});
    auto &system = made.open(true);
    g_assert_true(sorted(good(system.list(system.root()))) ==
                  (std::vector<std::string>{"A much longer name – 日本.txt", "EFI", "empty"}));
    g_assert_true(content(system, "EFI/debian/grubx64.efi") == large);
    g_assert_true(content(system, "efi/DEBIAN/GrubX64.EFI") == large);
    g_assert_true(content(system, "a MUCH longer name – 日本.txt") == large);
    g_assert_true(good(system.list(at(system, "empty"))).empty());
    const auto node = at(system, "EFI/BOOTX64.EFI");
    g_assert_true(good(system.read(node, 600000, 7)) == large.substr(600000, 7));
    test::assert_equal(good(system.read(node, large.size(), 7)), "");
    const auto status = good(system.status(node));
    g_assert_cmpuint(status.mode, ==, S_IFREG | 0755);
    g_assert_cmpuint(status.bytes, ==, large.size());
    g_assert_cmpuint(good(system.status(at(system, "EFI"))).mode, ==, S_IFDIR | 0755);
    g_assert_false(good(system.find(system.root(), "absent")));
    g_assert_false(good(system.find(system.root(), "\xff\xfe")));
    g_assert_cmpint(std::labs(good(system.times(node)).modification.tv_sec - std::time(nullptr)), <, 2 * 86400);
    fails(system.list(node), ENOTDIR);
    fails(system.read(at(system, "EFI"), 0, 1), EISDIR);
    fails(system.write(node, 0, "x"), EROFS);
    fails(system.make_folder(system.root(), "x", 0755), EROFS);
    made.close();
}

void writes(gconstpointer data) {
    if (skips())
        return;
    FatImage made{*static_cast<const FatKindMade *>(data)};
    auto &system = made.open();
    const auto free = good(system.free_space());
    const auto large = noise(600001, 2);
    good(system.make_folder(system.root(), "EFI", 0755));
    const auto efi = at(system, "EFI");
    good(system.make_folder(efi, "Some vendor", 0755));
    const auto vendor = at(system, "EFI/Some vendor");
    const auto node = good(system.make_file(vendor, "grubx64.efi", 0644));
    fails(system.make_file(vendor, "GRUBX64.efi", 0644), EEXIST);
    good(system.write(node, 0, large));
    good(system.write(node, large.size(), "tail"));
    good(system.write(node, 100, "middle"));
    auto expected = large + "tail";
    expected.replace(100, 6, "middle");
    good(system.truncate(node, expected.size() + 5000));
    expected.resize(expected.size() + 5000);
    const auto apart = good(system.make_file(efi, "sparse", 0644));
    good(system.write(apart, 70000, "end"));
    good(system.truncate(apart, 60000));
    g_assert_true(content(system, "EFI/sparse") == std::string(60000, '\0'));
    std::string name(200, 'n');
    for (int i = 0; i < 120; ++i)
        good(system.write(good(system.make_file(efi, name + std::to_string(i), 0644)), 0, std::to_string(i)));
    for (int i = 0; i < 120; i += 2)
        good(system.remove(efi, name + std::to_string(i)));
    good(system.make_file(efi, "fits between", 0644));
    made.close();

    g_assert_true(made.read("/EFI/Some vendor/grubx64.efi") == expected);
    test::assert_equal(made.read("/EFI/" + name + "119"), "119");
    auto &again = made.open();
    const auto folder = at(again, "EFI");
    g_assert_cmpuint(good(again.list(folder)).size(), ==, 63);
    for (const auto &entry : good(again.list(folder)))
        if (entry != "Some vendor")
            good(again.remove(folder, entry));
    fails(again.remove_folder(again.root(), "EFI"), ENOTEMPTY);
    fails(again.remove(folder, "Some vendor"), EISDIR);
    good(again.remove(at(again, "EFI/Some vendor"), "grubx64.efi"));
    good(again.remove_folder(folder, "Some vendor"));
    good(again.remove_folder(again.root(), "efi"));
    g_assert_cmpuint(good(again.free_space()), ==, free);
    good(again.trim());
    made.close();
}

void renames(gconstpointer data) {
    if (skips())
        return;
    FatImage made{*static_cast<const FatKindMade *>(data)};
    auto &system = made.open();
    const auto root = system.root();
    for (const char *name : {"one", "two", "three"})
        good(system.make_folder(root, name, 0755));
    const auto put = [&](const std::string &folder, const std::string &name, std::string_view text) {
        good(system.write(good(system.make_file(at(system, folder), name, 0644)), 0, text));
    };
    put("one", "file.txt", "first");
    put("two", "Another file.txt", "second");
    good(system.rename(at(system, "one"), "file.txt", at(system, "two"), "ANOTHER FILE.TXT")); // replaces
    test::assert_equal(content(system, "two/another file.txt"), "first");
    g_assert_true(good(system.list(at(system, "two"))) == std::vector<std::string>{"ANOTHER FILE.TXT"});
    good(system.rename(at(system, "two"), "another file.txt", at(system, "two"), "case.TXT"));
    good(system.rename(at(system, "two"), "CASE.txt", at(system, "two"), "Case.txt"));
    g_assert_true(good(system.list(at(system, "two"))) == std::vector<std::string>{"Case.txt"});
    good(system.rename(root, "two", at(system, "one"), "below"));
    test::assert_equal(content(system, "one/below/case.txt"), "first");
    fails(system.rename(root, "three", at(system, "one/below"), "Case.txt"), ENOTDIR);
    fails(system.rename(at(system, "one/below"), "Case.txt", root, "three"), EISDIR);
    fails(system.rename(root, "three", root, "a/b"), EINVAL);
    fails(system.rename(root, "absent", root, "x"), ENOENT);
    good(system.rename(at(system, "one"), "below", root, "three"));
    test::assert_equal(content(system, "three/case.txt"), "first");
    for (const char *bad : {"a/b", "a:b", "a*b", "dot.", "blank ", "..", "\x01", "\xff", ""})
        fails(system.make_file(root, bad, 0644), EINVAL);
    fails(system.make_file(root, std::string(256, 'x'), 0644), EINVAL);
    for (const char *name :
         {"same name 1", "same name 2", "same.name.3", ".hidden", "UPPER.TXT", "a+b.txt", "日本 🐧", "é"})
        good(system.make_file(root, name, 0644));
    fails(system.make_file(root, "É", 0644), EEXIST);
    g_assert_true(good(system.find(root, "SAMENA~2")) == good(system.find(root, "same name 2")));
    g_assert_true(std::ranges::count(good(system.list(root)), "日本 🐧") == 1);
    made.close();
    g_assert_true(run({"mdir", "-b", "-i", made.image(), "::/"}).contains("UPPER.TXT"));
}

void fills(gconstpointer data) {
    if (skips())
        return;
    FatImage made{*static_cast<const FatKindMade *>(data)};
    auto &system = made.open();
    const auto root = system.root();
    const auto free = good(system.free_space());
    const auto node = good(system.make_file(root, "large", 0644));
    good(system.write(node, 0, "begin"));
    const auto block = noise(free, 3);
    fails(system.write(node, 5, block), ENOSPC);
    test::assert_equal(content(system, "large"), "begin");
    good(system.write(node, 0, block));
    fails(system.make_folder(root, "one more", 0755), ENOSPC);
    g_assert_cmpuint(good(system.free_space()), ==, 0);
    // The root of FAT32 grows as other folders do.
    Outcome<Node> made_one = node;
    for (int i = 0; made_one && i < 600; ++i)
        made_one = system.make_file(root, "file with a name of its own " + std::to_string(i), 0644);
    fails(made_one, ENOSPC);
    good(system.truncate(node, 0));
    g_assert_cmpuint(good(system.free_space()), ==, free);
    fails(system.write(node, UINT32_MAX, "x"), EFBIG);
    fails(system.make_link(root, "link", "large"), EPERM);
    fails(system.set_owner(node, 1, 0), ENOTSUP);
    good(system.set_owner(node, 0, 0));
    fails(system.set_mode(node, 0600), ENOTSUP);
    fails(system.set_attribute(node, "security.selinux", "x"), ENOTSUP);
    g_assert_true(good(system.attributes(node)).empty());
    made.close();
}

void change(const std::string &image, std::size_t offset, std::string_view bytes) {
    const Descriptor file{open(image.c_str(), O_WRONLY | O_CLOEXEC)};
    g_assert_cmpint(write_all(file.get(), bytes, offset), ==, 0);
}

/// Damage leaves the disks to another lane.
void refuses() {
    if (skips())
        return;
    struct Damage {
        std::size_t offset;
        std::string bytes;
        bool readable;
    };
    const auto text = [](std::initializer_list<int> numbers) { return std::string(numbers.begin(), numbers.end()); };
    for (const auto &[offset, bytes, readable] :
         std::vector<Damage>{{65, text({1}), true},               // not unmounted
                             {11, text({0, 0}), false},           // bytes of a sector
                             {11, text({0, 3}), false},           //
                             {13, text({0}), false},              // sectors of a cluster
                             {14, text({0, 0}), false},           // reserved sectors
                             {16, text({0}), false},              // tables
                             {16, text({3}), false},              //
                             {17, text({16, 0}), false},          // entries of a root of FAT16
                             {32, text({-1, -1, -1, -1}), false}, // sectors
                             {36, text({1, 0, 0, 0}), false},     // sectors of a table
                             {36, text({-1, -1, -1, -1}), false}, //
                             {40, text({-128, 0}), false},        // one table alone
                             {42, text({1, 0}), false},           // version
                             {44, text({0, 0, 0, 0}), false},     // the root
                             {44, text({-1, -1, -1, 15}), false}}) {
        FatImage made{kinds[2]};
        change(made.image(), offset, bytes);
        const auto opened = made.try_open();
        fails(opened, 0);
        g_assert_true(made.try_open(true).has_value() == readable);
    }
}

void refuses_chains() {
    if (skips())
        return;
    FatImage made{kinds[1]};
    const auto file = made.file("file", noise(10000, 4));
    run({"mcopy", "-i", made.image(), file, "::/file"});
    for (const auto next : {2, 1, 0, 0xfff7, 0x7000}) { // itself, and what is none
        change(made.image(), 4 * 512 + 2 * 2, little_endian_bytes(static_cast<std::uint16_t>(next)));
        auto system = made.try_open(true);
        g_assert_true(system.has_value());
        const auto node = good((*system)->find((*system)->root(), "file"));
        g_assert_true(node.has_value());
        fails((*system)->read(*node, 0, 100), 0);
    }
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &kind : kinds) {
        const auto add = [&](const char *what, GTestDataFunc test) {
            g_test_add_data_func((std::string{"/direct/fat/"} + kind.name + what).c_str(), &kind, test);
        };
        add("/reads", reads);
        add("/writes", writes);
        add("/renames", renames);
        add("/fills", fills);
    }
    g_test_add_func("/direct/fat/refuses", refuses);
    g_test_add_func("/direct/fat/refuses-chains", refuses_chains);
    return g_test_run();
}
