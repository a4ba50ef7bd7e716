// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a source's references lead, and a part of a file as a file.
#include "convert/base/text.h"
#include "convert/source/fence.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::TestFolder;
using test::unwrap;

namespace {

void put(const std::string &path, std::string_view content = "content") {
    g_assert_cmpint(g_mkdir_with_parents(folder_of(path).c_str(), 0755), ==, 0);
    unwrap(write_file(path, content));
}

/// What @by leads to by @reference, below the folder.
std::string leads_to(const test::TestFolder &folder, const Fence &fence, const std::string &by,
                     const std::string &reference) {
    const auto file = unwrap(HostFile::open(folder / by));
    return unwrap(fence.open(file, reference)).path().substr(folder.path().size() + 1);
}

std::string refusal(const test::TestFolder &folder, const Fence &fence, const std::string &by,
                    const std::string &reference) {
    const auto file = unwrap(HostFile::open(folder / by));
    return replace_all(message_of(fence.open(file, reference), H2K_ERROR_SOURCE), folder.path(), "FOLDER");
}

} // namespace

static void a_lone_disk_sees_its_folder() {
    const test::TestFolder folder;
    put(folder / "vm/a.vmdk");
    put(folder / "vm/b.vmdk");
    put(folder / "vm/sub/c.vmdk");
    put(folder / "vm/.hidden");
    put(folder / "secret");
    g_assert_cmpint(symlink("../secret", (folder / "vm/link.vmdk").c_str()), ==, 0);
    const Fence fence{folder / "vm", false, {}};
    assert_equal(leads_to(folder, fence, "vm/a.vmdk", "b.vmdk"), "vm/b.vmdk");
    assert_equal(leads_to(folder, fence, "vm/a.vmdk", "C:\\Machines\\b.vmdk"), "vm/b.vmdk");
    assert_equal(leads_to(folder, fence, "vm/a.vmdk", "/vmfs/volumes/one/b.vmdk"), "vm/b.vmdk");
    for (const char *reference : {"../secret", "sub/c.vmdk", ".hidden", "link.vmdk", "/etc/passwd"})
        assert_equal(
            refusal(folder, fence, "vm/a.vmdk", reference),
            "“a.vmdk” names the file “" + std::string{reference} +
                "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    assert_equal(refusal(folder, fence, "vm/a.vmdk", "d.vmdk"),
                 "“a.vmdk” names the file “d.vmdk”, which does not exist.");
    for (const char *reference : {"", ".", "..", "/", "x/.."})
        refusal(folder, fence, "vm/a.vmdk", reference);
}

static void similar_names_count_last() {
    const test::TestFolder folder;
    put(folder / "vm/a.vmx");
    put(folder / "vm/Straße ü.vmdk");
    put(folder / "vm/sub/C.vmdk");
    put(folder / "D.vmdk");
    const Fence fence{folder / "vm", true, {}};
    assert_equal(leads_to(folder, fence, "vm/a.vmx", "STRASSE U\xcc\x88.VMDK"), "vm/Straße ü.vmdk");
    assert_equal(leads_to(folder, fence, "vm/a.vmx", "sub\\c.vmdk"), "vm/sub/C.vmdk");
    assert_equal(refusal(folder, fence, "vm/a.vmx", "d.vmdk"),
                 "“a.vmx” names the file “d.vmdk”, which does not exist.");
    refusal(folder, fence, "vm/a.vmx", "../d.vmdk");
    put(folder / "vm/sub/c.VMDK");
    // What a folder holds is read once.
    const Fence later{folder / "vm", true, {}};
    refusal(folder, later, "vm/a.vmx", "sub/c.vmdk"); // which of two is not known
    put(folder / "vm/sub/c.vmdk");
    assert_equal(leads_to(folder, later, "vm/a.vmx", "sub/c.vmdk"), "vm/sub/c.vmdk");
}

static void a_package_sees_what_is_below() {
    const test::TestFolder folder;
    put(folder / "vm/a.vmx");
    put(folder / "vm/sub/c.vmdk");
    put(folder / "vm/.snap/d.vmdk");
    const Fence fence{folder / "vm", true, {}};
    assert_equal(leads_to(folder, fence, "vm/a.vmx", "sub\\c.vmdk"), "vm/sub/c.vmdk");
    assert_equal(leads_to(folder, fence, "vm/sub/c.vmdk", "../a.vmx"), "vm/a.vmx");
    refusal(folder, fence, "vm/a.vmx", ".snap/d.vmdk");
}

/// A file that is where the reference says is the one that is meant, and not another with its name.
static void no_other_file_is_taken_for_it() {
    const test::TestFolder folder;
    put(folder / "vm/a.vmdk");
    put(folder / "vm/base.vmdk");
    put(folder / "images/base.vmdk");
    const Fence fence{folder / "vm", false, {}};
    for (const auto &reference : {folder / "images/base.vmdk", std::string{"../images/base.vmdk"},
                                  std::string{"..\\images\\base.vmdk"}, std::string{"../vm/../images/base.vmdk"}})
        g_assert_true(refusal(folder, fence, "vm/a.vmdk", reference).contains("which is outside its own folder"));
    assert_equal(leads_to(folder, fence, "vm/a.vmdk", "../gone/base.vmdk"), "vm/base.vmdk");
    const Fence wide{folder / "vm", false, {folder / "images"}};
    assert_equal(leads_to(folder, wide, "vm/a.vmdk", "../images/base.vmdk"), "images/base.vmdk");
}

static void an_allowed_folder_is_seen_whole() {
    const test::TestFolder folder;
    put(folder / "vm/a.vmdk");
    put(folder / "base/golden/.b.vmdk");
    put(folder / "basement/c.vmdk");
    const Fence fence{folder / "vm", false, {folder / "base"}};
    assert_equal(leads_to(folder, fence, "vm/a.vmdk", "../base/golden/.b.vmdk"), "base/golden/.b.vmdk");
    refusal(folder, fence, "vm/a.vmdk", "../basement/c.vmdk");
}

/// Programs disagree about where such a name ends.
static void control_characters_are_refused() {
    const TestFolder folder;
    put(folder / "vm/a.vmdk");
    const Fence fence{folder / "vm", true, {"/"}};
    for (const std::string name : {"evil\rx.vmdk", "evil\nx.vmdk", "x\tx.vmdk", "x\x7fx.vmdk", "x\u0085x.vmdk",
                                   "x\u009fx.vmdk", "x\u2028x.vmdk", "x\u2029x.vmdk", "x\033[2J"}) {
        put(folder / "vm/" + name);
        for (const auto &reference : {name, "C:\\" + name, folder / "vm/" + name})
            g_assert_true(refusal(folder, fence, "vm/a.vmdk", reference)
                              .ends_with("”, whose name holds a control character; programs disagree about where such "
                                         "a name ends, so it is refused."));
        const auto link = folder / "vm/link";
        g_assert_cmpint(symlink(name.c_str(), link.c_str()), ==, 0);
        g_assert_true(refusal(folder, fence, "vm/a.vmdk", "link").contains("holds a control character"));
        std::filesystem::remove(link);
    }
    refusal(folder, fence, "vm/a.vmdk", std::string{"a.vmdk\0b", 8});
    // Letters of other encodings are none.
    put(folder / "vm/gr\xf6\x85"
                 "e.vmdk");
    leads_to(folder, fence, "vm/a.vmdk",
             "gr\xf6\x85"
             "e.vmdk");
}

/// In a folder that several people share.
static void files_of_others_are_refused() {
    if (geteuid() != 0)
        return g_test_skip("only root can give files away");
    const TestFolder folder;
    put(folder / "vm/a.vmdk");
    put(folder / "vm/b.vmdk");
    const auto own = [&](const char *name, uid_t user) {
        g_assert_cmpint(chown((folder / name).c_str(), user, 0), ==, 0);
    };
    const Fence fence{folder / "vm", true, {}};
    own("vm/b.vmdk", 4711);
    assert_equal(refusal(folder, fence, "vm/a.vmdk", "b.vmdk"),
                 "“a.vmdk”, a file of root, names “b.vmdk”, a file of 4711; use --allow-folder to allow reading files "
                 "of others from its folder.");
    leads_to(folder, Fence{folder / "vm", true, {folder / "vm"}}, "vm/a.vmdk", "b.vmdk");
    own("vm/a.vmdk", 4711);
    leads_to(folder, fence, "vm/a.vmdk", "b.vmdk");
    own("vm/b.vmdk", 4712);
    refusal(folder, fence, "vm/a.vmdk", "b.vmdk");
    own("vm/b.vmdk", 0);
    leads_to(folder, fence, "vm/a.vmdk", "b.vmdk");
}

static void a_part_reads_as_a_file() {
    const test::TestFolder folder;
    put(folder / "a.tar", "0123456789");
    const auto whole = unwrap(HostFile::open(folder / "a.tar"));
    const auto part = unwrap(whole.part(2, 6, "dir/disk.vmdk"));
    assert_equal(part.name(), "disk.vmdk");
    g_assert_cmpuint(part.size(), ==, 6);
    assert_equal(unwrap(part.read(1, 3)), "345");
    assert_equal(unwrap(part.read_some(4, 100)), "67");
    assert_equal(unwrap(part.read_some(6, 1)), "");
    message_of(part.read(4, 3), H2K_ERROR_SOURCE);
    const auto inner = unwrap(part.part(1, 2, "x"));
    assert_equal(unwrap(inner.read(0, 2)), "34");
    g_assert_cmpuint(inner.window()->offset, ==, 3);
    assert_equal(message_of(part.part(5, 2, "late"), H2K_ERROR_SOURCE),
                 "“disk.vmdk” is truncated: it ends within “late”.");
    message_of(whole.part(G_MAXUINT64, 2, "x"), H2K_ERROR_SOURCE);
    const Fence fence{folder.path(), true, {}};
    assert_equal(message_of(fence.open(part, "b.vmdk"), H2K_ERROR_SOURCE),
                 "“disk.vmdk” names the file “b.vmdk”, but an image in an archive must not refer to another file; "
                 "unpack the archive first.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/fence/lone-disk", a_lone_disk_sees_its_folder);
    g_test_add_func("/fence/package", a_package_sees_what_is_below);
    g_test_add_func("/fence/similar", similar_names_count_last);
    g_test_add_func("/fence/allowed", an_allowed_folder_is_seen_whole);
    g_test_add_func("/fence/other", no_other_file_is_taken_for_it);
    g_test_add_func("/fence/control-characters", control_characters_are_refused);
    g_test_add_func("/fence/owner", files_of_others_are_refused);
    g_test_add_func("/fence/part", a_part_reads_as_a_file);
    return g_test_run();
}
