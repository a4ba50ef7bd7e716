// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshot chains of VMware: each link verified, and what qemu reads from the chain as we found it is the disk.
#include "convert/base/text.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/image_kind.h"
#include "tests/support/notices.h"
#include "tests/support/vmdk_chain.h"

using namespace h2k;
using test::assert_content;
using test::assert_equal;
using test::disk_of;
using test::TestFolder;
using test::unwrap;

namespace {

/// Of the format that the user names, as references are only followed then.
Result<CarryPlan> describe_file(const std::string &path, std::optional<DiskFormat> format = DiskFormat::vmdk) {
    return test::describe_file(path, format);
}

void assert_refused(const std::string &path, std::string_view sentence,
                    std::optional<DiskFormat> format = DiskFormat::vmdk, const char *file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    test::assert_refused(path, sentence, format, file, line);
}

constexpr std::uint64_t bytes = 8u << 20;

std::string child_of(const TestFolder &folder, const std::string &parent, const std::string &name,
                     const std::string &subformat = "monolithicSparse") {
    test::run({"qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat, "-F", "vmdk", "-b", parent,
               folder / name});
    return folder / name;
}

constexpr std::size_t descriptor_at = 512, descriptor_size = 20 * 512;

std::string descriptor_of(const std::string &path) {
    const auto text = test::content_of(path).substr(descriptor_at, descriptor_size);
    return text.substr(0, text.find('\0'));
}

/// Rewrites the descriptor that is embedded in @path.
void embed(const std::string &path, std::string text) {
    text.resize(descriptor_size, '\0');
    test::patch(path, descriptor_at, text);
}

/// Gives the line of @key there another value.
void set(const std::string &path, const std::string &key, const std::string &value) {
    auto text = descriptor_of(path);
    const auto from = text.find("\n" + key + "=");
    g_assert_cmpuint(from, !=, std::string::npos);
    embed(path, text.replace(from, text.find('\n', from + 1) - from, "\n" + key + "=" + value));
}

void set_hint(const std::string &path, const std::string &hint) { set(path, "parentFileNameHint", '"' + hint + '"'); }

void write_both(const std::string &image, const std::string &raw, const std::string &command) {
    test::run({"qemu-io", "-f", "vmdk", "-c", command, image});
    test::run({"qemu-io", "-f", "raw", "-c", command, raw});
}

} // namespace

static void follows_a_long_chain() {
    const TestFolder folder;
    auto top = test::make_vmdk(folder, "monolithicSparse", bytes, "s0.vmdk");
    for (int i = 1; i <= 20; i++) {
        top = child_of(folder, "s" + std::to_string(i - 1) + ".vmdk", "s" + std::to_string(i) + ".vmdk");
        const auto pattern = "write -q -P " + std::to_string(i + 64) + " " + std::to_string(i * 300 + 7) + "k 77k";
        write_both(top, folder / "content.raw", pattern);
    }
    const auto plan = unwrap(describe_file(top));
    const auto &disk = plan.source.disks.front();
    g_assert_cmpuint(disk.below.size(), ==, 20);
    g_assert_cmpuint(disk.files.size(), ==, 21);
    assert_equal(disk.files.front(), top);
    assert_equal(disk.files.back(), folder / "s0.vmdk");
    assert_equal(disk.below[3].path, folder / "s16.vmdk");
    assert_equal(disk.below[3].subformat, "monolithicSparse");
    g_assert_cmpuint(disk.below[3].bytes, ==, bytes);
    const auto said = unwrap(parse_vmdk_descriptor(descriptor_of(top)));
    assert_equal(sentence("%08x %08x", said.cid, said.parent_cid), disk.top.identity + " " + disk.below[0].identity);
    assert_content(disk, folder / "content.raw");
    assert_equal(join(test::texts_of(plan.notices), "\n"),
                 "“s20.vmdk” is a snapshot: the disk is also read from the 20 images below "
                 "it, down to “s0.vmdk”.");
}

static void mixes_subformats() {
    const TestFolder folder;
    test::make_vmdk(folder, "monolithicFlat", bytes, "base.vmdk");
    unwrap(write_file(folder / "base.vmdk", replace_all(test::content_of(folder / "base.vmdk"), "lsilogic", "ide")));
    const auto middle = child_of(folder, "base.vmdk", "base-000001.vmdk", "twoGbMaxExtentSparse");
    write_both(middle, folder / "content.raw", "write -q -P 9 3M 100k");
    const auto top = child_of(folder, "base-000001.vmdk", "base-000002.vmdk");
    write_both(top, folder / "content.raw", "write -q -P 10 3100k 1M");
    // ESX leaves what it knows of the controller to the base.
    embed(top, replace_all(descriptor_of(top), "ddb.adapterType", "ddb.unknown"));
    unwrap(write_file(middle, replace_all(test::content_of(middle), "ddb.adapterType", "ddb.unknown")));
    const auto disk = disk_of(top);
    assert_equal(replace_all(join(disk.files, " "), folder.path() + "/", ""),
                 "base-000002.vmdk base-000001.vmdk base-000001-s001.vmdk base.vmdk base-flat.vmdk");
    assert_equal(disk.below[0].subformat + " " + disk.below[1].subformat, "twoGbMaxExtentSparse monolithicFlat");
    g_assert_true(disk.bus == Bus::ide);
    assert_content(disk, folder / "content.raw");
}

static void finds_parents_that_were_moved() {
    const TestFolder folder, other;
    test::make_vmdk(folder, "monolithicSparse", bytes, "base.vmdk");
    const auto top = child_of(folder, "base.vmdk", "top.vmdk");
    const auto good = test::content_of(top);
    for (const auto *hint : {"C:\\VMs\\Web 01\\base.vmdk", "/vmfs/volumes/5c1d9a3e-0/web01/base.vmdk",
                             "../web/base.vmdk", "./base.vmdk", "\\\\server\\share\\base.vmdk"}) {
        unwrap(write_file(top, good));
        set_hint(top, hint);
        const auto disk = disk_of(top);
        assert_equal(disk.below.at(0).path, folder / "base.vmdk");
        assert_content(disk, folder / "content.raw");
    }
    // A linked clone stands on a disk of another folder.
    const auto clone = child_of(other, folder / "base.vmdk", "clone.vmdk");
    assert_refused(clone,
                   "“clone.vmdk” names the file “" + (folder / "base.vmdk") +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    const auto plan =
        unwrap(describe({.sources = {clone}, .allowed_folders = {folder.path()}, .input_format = DiskFormat::vmdk}));
    assert_content(plan.source.disks[0], folder / "content.raw");
}

static void refuses_a_wrong_parent() {
    const TestFolder folder;
    test::make_vmdk(folder, "monolithicSparse", bytes, "base.vmdk");
    const auto top = child_of(folder, "base.vmdk", "top.vmdk");
    const auto good = test::content_of(top);
    const auto with_hint = [&](const std::string &hint) {
        unwrap(write_file(top, good));
        set_hint(top, hint);
    };
    with_hint("gone.vmdk");
    assert_refused(top, "“top.vmdk” names the file “gone.vmdk”, which does not exist.");
    with_hint("/etc/shadow");
    assert_refused(top, "“top.vmdk” names the file “/etc/shadow”, which is outside its own folder; use --allow-folder "
                        "to allow reading from another folder.");
    with_hint("..");
    assert_refused(top, "“top.vmdk” names the file “..”, which is not a valid file name.");
    with_hint("top.vmdk");
    assert_refused(top, "The chain of images below “top.vmdk” is circular: it contains “top.vmdk” twice.");
    unwrap(write_file(folder / "nbd:base.vmdk", test::content_of(folder / "base.vmdk")));
    with_hint("nbd:base.vmdk");
    assert_refused(top, "“top.vmdk” names the parent “nbd:base.vmdk”, which is not a plain file name; export the "
                        "machine with ovftool, which writes complete disks.");
    with_hint("content.raw");
    assert_refused(top, "“top.vmdk” names the parent “content.raw”, which is not a VMDK.");

    const auto id = disk_of(folder / "base.vmdk").top.identity;
    unwrap(write_file(top, good));
    set(top, "parentCID", "abc");
    assert_refused(top, "“top.vmdk” was made on a parent with the content ID 00000abc, and “base.vmdk” has " + id +
                            ": it was changed since then, or is another disk.");
    unwrap(write_file(top, good));
    embed(folder / "base.vmdk", "# CID\n" + descriptor_of(folder / "base.vmdk"));
    assert_refused(top, "“base.vmdk” writes its content ID in a way that qemu reads wrongly.");
    test::make_vmdk(folder, "monolithicSparse", 2 * bytes, "base.vmdk");
    set(folder / "base.vmdk", "CID", id);
    assert_refused(top, "“top.vmdk” and its parent “base.vmdk” have different sizes.");
}

static void ends_circles_and_depths() {
    const TestFolder folder;
    const auto first = test::make_vmdk(folder, "monolithicSparse", bytes, "s0.vmdk");
    const auto second = child_of(folder, "s0.vmdk", "s1.vmdk");
    set(second, "CID", disk_of(first).top.identity);
    const auto link = test::content_of(second);
    for (int i = 2; i <= 64; i++) {
        const auto name = folder / ("s" + std::to_string(i) + ".vmdk");
        unwrap(write_file(name, link));
        set_hint(name, "s" + std::to_string(i - 1) + ".vmdk");
    }
    g_assert_cmpuint(disk_of(folder / "s63.vmdk").below.size(), ==, 63);
    assert_refused(folder / "s64.vmdk", "The chain of images above “s0.vmdk” is longer than 64; consolidate it first.");
    set_hint(second, "s9.vmdk");
    assert_refused(folder / "s9.vmdk", "The chain of images below “s1.vmdk” is circular: it contains “s9.vmdk” twice.");
}

/// Extents are opened by qemu itself, so they have to be where it looks.
static void finds_extents_as_qemu_does() {
    const TestFolder folder, other;
    const auto path = test::make_vmdk(folder, "monolithicFlat", bytes);
    const auto good = test::content_of(path);
    std::filesystem::rename(folder / "disk-flat.vmdk", other / "disk-flat.vmdk");
    unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", other / "disk-flat.vmdk")));
    const auto allowed = [&] {
        return describe({.sources = {path}, .allowed_folders = {other.path()}, .input_format = DiskFormat::vmdk});
    };
    assert_equal(unwrap(allowed()).source.disks[0].files.at(1), other / "disk-flat.vmdk");
    std::filesystem::copy_file(other / "disk-flat.vmdk", folder / "disk-flat.vmdk");
    assert_refused(path,
                   "“disk.vmdk” names the file “" + (other / "disk-flat.vmdk") +
                       "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", "D:\\disk-flat.vmdk")));
    // QEMU gets a descriptor of ours, with the file that was found.
    assert_equal(unwrap(test::describe_file(path)).source.disks[0].files.at(1), folder / "disk-flat.vmdk");
    // A folder that may be read does not make a key of it an extent.
    unwrap(write_file(other / "key", std::string(bytes, 'k')));
    std::filesystem::copy_file(other / "key", other / ".key.vmdk");
    for (const auto *name : {"key", ".key.vmdk"}) {
        unwrap(write_file(path, replace_all(good, "disk-flat.vmdk", other / name)));
        assert_equal(test::message_of(allowed(), H2K_ERROR_SOURCE),
                     "“disk.vmdk” names the extent “" + (other / name) +
                         "”, whose name is not that of a VMDK; it is refused for safety.");
    }
}

static void reads_an_image_in_an_archive() {
    const TestFolder folder;
    const auto describe_part = [&](const std::string &content, const std::string &name) {
        unwrap(write_file(folder / "archive", std::string(1536, 'x') + content + std::string(2048, 'y')));
        const auto part = unwrap(unwrap(HostFile::open(folder / "archive")).part(1536, content.size(), name));
        return describe_image(part, std::nullopt, Fence{folder.path(), false, {}});
    };
    for (const auto *subformat : {"monolithicSparse", "streamOptimized"}) {
        const auto content = test::content_of(test::make_vmdk(folder, subformat, bytes));
        const auto disk = unwrap(describe_part(content, "a/disk1.vmdk")).disk;
        assert_equal(disk.top.path, folder / "archive");
        g_assert_cmpuint(disk.top.window.value().offset, ==, 1536);
        g_assert_cmpuint(disk.top.window.value().length, ==, content.size());
        assert_equal(disk.top.subformat, subformat);
    }
    // A footer stands at the end of the part, not of the file, and qemu looks for it in whole sectors.
    auto streamed = test::content_of(folder / "disk.vmdk");
    streamed +=
        '\1' + std::string(11, '\0') + '\3' + std::string(499, '\0') + streamed.substr(0, 512) + std::string(512, '\0');
    streamed.replace(56, 8, std::string(8, '\xff'));
    g_assert_cmpuint(unwrap(describe_part(streamed, "disk1.vmdk")).disk.top.bytes, ==, bytes);
    assert_equal(
        test::message_of(describe_part(streamed.insert(streamed.size() - 1536, "y"), "disk1.vmdk"), H2K_ERROR_SOURCE),
        "“disk1.vmdk” is truncated: the footer that should end this VMDK is missing.");
    const auto child = test::content_of(child_of(folder, "disk.vmdk", "child.vmdk"));
    assert_equal(test::message_of(describe_part(child, "child.vmdk"), H2K_ERROR_SOURCE),
                 "“child.vmdk” names the file “disk.vmdk”, but an image in an archive must not refer to another file; "
                 "unpack the archive first.");
    const auto text = test::content_of(test::make_vmdk(folder, "monolithicFlat", bytes, "flat.vmdk"));
    assert_equal(test::message_of(describe_part(text, "flat.vmdk"), H2K_ERROR_SOURCE),
                 "“flat.vmdk” names the file “flat-flat.vmdk”, but an image in an archive must not refer to another "
                 "file; unpack the archive first.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/snapshots/long", follows_a_long_chain);
    g_test_add_func("/source/snapshots/subformats", mixes_subformats);
    g_test_add_func("/source/snapshots/moved", finds_parents_that_were_moved);
    g_test_add_func("/source/snapshots/wrong", refuses_a_wrong_parent);
    g_test_add_func("/source/snapshots/circle", ends_circles_and_depths);
    g_test_add_func("/source/snapshots/extents", finds_extents_as_qemu_does);
    g_test_add_func("/source/snapshots/archive", reads_an_image_in_an_archive);
    return g_test_run();
}
