// SPDX-License-Identifier: LGPL-2.1-or-later
// Chains of qcow2 images: followed inside the source's own folder and where the user allows it, refused elsewhere.
#include "convert/base/text.h"
#include "tests/support/source_images.h"
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

namespace {

/// Of the format that the user names, as references are only followed then.
Result<CarryPlan> describe_file(const std::string &path, std::optional<DiskFormat> format = DiskFormat::qcow2) {
    return test::describe_file(path, format);
}

void assert_refused(const std::string &path, std::string_view sentence,
                    std::optional<DiskFormat> format = DiskFormat::qcow2, const char *file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    test::assert_refused(path, sentence, format, file, line);
}

std::string on_top_of(const TestFolder &folder, const std::string &below, const std::string &format,
                      const std::string &name) {
    const auto path = folder / name;
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", format, "-b", below, path});
    return path;
}

/// Makes @path say that it stands on @below, whatever that is.
void say_below(const std::string &path, const std::string &below, const std::string &format) {
    test::run({"qemu-img", "rebase", "-u", "-f", "qcow2", "-F", format, "-b", below, path});
}

} // namespace

static void follows_a_chain() {
    const TestFolder folder;
    const auto base = make_qcow2(folder, "compat=1.1", "base.qcow2");
    on_top_of(folder, base, "qcow2", "middle.qcow2");
    const auto top = on_top_of(folder, "middle.qcow2", "qcow2", "top.qcow2");
    const auto plan = unwrap(describe_file(top));
    const auto &disk = plan.source.disks.front();
    g_assert_cmpuint(disk.files.size(), ==, 3);
    assert_equal(disk.files.back(), base);
    g_assert_cmpuint(disk.top.bytes, ==, 8u << 20);
    assert_equal(disk.top.identity, "");
    g_assert_cmpuint(disk.below.size(), ==, 2);
    for (const auto &image : disk.below) {
        g_assert_true(image.format == DiskFormat::qcow2 && !image.window && image.identity.empty());
        g_assert_cmpuint(image.bytes, ==, 8u << 20);
    }
    assert_equal(disk.below[0].path, folder / "middle.qcow2");
    assert_equal(disk.below[1].path, base);

    test::run({"qemu-img", "convert", "-f", "qcow2", "-O", "raw", base, folder / "base.raw"});
    const auto on_raw = unwrap(describe_file(on_top_of(folder, "base.raw", "raw", "r.qcow2"))).source.disks.front();
    g_assert_cmpuint(on_raw.files.size(), ==, 2);
    g_assert_true(on_raw.below.size() == 1 && on_raw.below[0].format == DiskFormat::raw);

    test::make_vmdk(folder, "monolithicFlat", 8u << 20);
    const auto on_vmdk = unwrap(describe_file(on_top_of(folder, "disk.vmdk", "vmdk", "v.qcow2"))).source.disks.front();
    assert_equal(join(on_vmdk.files, " "), folder / "v.qcow2 " + (folder / "disk.vmdk ") + (folder / "disk-flat.vmdk"));
    g_assert_true(on_vmdk.below.size() == 1 && on_vmdk.below[0].subformat == "monolithicFlat");
    g_assert_cmpuint(on_vmdk.below[0].identity.size(), ==, 8);
}

static void stays_in_its_folder() {
    const TestFolder folder, other;
    const auto secret = make_qcow2(other, "compat=1.1", "secret.qcow2");
    const auto refused = [](const std::string &name, const std::string &below) {
        return "“" + name + "” names the file “" + below +
               "”, which is outside its own folder; use --allow-folder to allow reading from another folder.";
    };
    assert_refused(on_top_of(folder, secret, "qcow2", "a.qcow2"), refused("a.qcow2", secret));
    std::filesystem::create_symlink(secret, folder / "link.qcow2");
    assert_refused(on_top_of(folder, "link.qcow2", "qcow2", "b.qcow2"), refused("b.qcow2", "link.qcow2"));
    make_qcow2(folder, "compat=1.1", "middle.qcow2");
    say_below(folder / "middle.qcow2", "/etc/shadow", "raw");
    assert_refused(on_top_of(folder, "middle.qcow2", "qcow2", "c.qcow2"), refused("middle.qcow2", "/etc/shadow"));
}

static void goes_where_it_is_allowed() {
    const TestFolder folder, other;
    const auto base = make_qcow2(other, "compat=1.1", "base.qcow2");
    std::filesystem::create_directory(folder / "sub");
    const auto top = on_top_of(folder, base, "qcow2", "top.qcow2");
    const auto disk =
        unwrap(describe({.sources = {top}, .allowed_folders = {other.path()}, .input_format = DiskFormat::qcow2}))
            .source.disks.front();
    assert_equal(disk.below.at(0).path, base);
    // Nor below its own, which a lone disk has no business in.
    std::filesystem::copy_file(base, folder / "sub/base.qcow2");
    say_below(top, "sub/base.qcow2", "qcow2");
    assert_refused(top, "“top.qcow2” names the file “sub/base.qcow2”, which is outside its own folder; use "
                        "--allow-folder to allow reading from another folder.");
    // It is that file, and not another with its name.
    std::filesystem::copy_file(base, folder / "base.qcow2");
    assert_refused(top, "“top.qcow2” names the file “sub/base.qcow2”, which is outside its own folder; use "
                        "--allow-folder to allow reading from another folder.");
    // Moved images are found beside the one that names them.
    std::filesystem::remove(folder / "sub/base.qcow2");
    assert_equal(unwrap(describe_file(top)).source.disks.front().below.at(0).path, folder / "base.qcow2");
    std::filesystem::remove(folder / "base.qcow2");
    say_below(top, "base.qcow2", "qcow2");
    assert_refused(top, "“top.qcow2” names the file “base.qcow2”, which does not exist.");
}

static void believes_only_plain_names() {
    const TestFolder folder;
    const auto top = make_qcow2(folder, "compat=1.1", "top.qcow2");
    for (const char *name : {"nbd:localhost:10809", "json:{\"driver\":\"raw\"}", "file:x"}) {
        say_below(top, name, "raw");
        assert_refused(top, std::string{"“top.qcow2” names the backing file “"} + name +
                                "”, which is not a plain file name; where that file can be read, copy all of the disk "
                                "with “qemu-img convert -O qcow2” and name the copy.");
    }
    test::run({"qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "vpc", "-b", "x.vhd", top});
    assert_refused(top, "“top.qcow2” names the backing file “x.vhd” without a recognised format.");
    test::run({"truncate", "-s", "8M", folder / "plain.raw"});
    say_below(top, "plain.raw", "qcow2");
    assert_refused(top, "“plain.raw” is not the qcow2 image that “top.qcow2” says it is.");
}

/// qemu believes the last backing format that a header names.
static void refuses_a_format_named_twice() {
    using namespace std::string_literals;
    const TestFolder folder;
    make_qcow2(folder, "compat=1.1", "base.qcow2");
    for (const auto *cluster : {"65536", "2097152"}) {
        const auto top = folder / "top.qcow2";
        test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-o", "cluster_size="s + cluster, "-F", "qcow2", "-b",
                   "base.qcow2", top});
        // Known extensions follow the header; an unknown one of 70000 bytes where there is room pushes the second away.
        const auto format = "\xe2\x79\x2a\xca\0\0\0\x03raw\0\0\0\0\0"s;
        const auto filler =
            std::string_view{cluster} == "65536" ? ""s : "\x12\x34\x56\x78\0\x01\x11\x70"s + std::string(70000, 'x');
        test::patch(top, 8, "\0\0\0\0\0\x01\xff\0"s); // the name moves to 0x1ff00 or, in a small cluster, out of it
        test::patch(top, 112, format + filler + format + "\0\0\0\0\0\0\0\0"s);
        test::patch(top, 0x1ff00, "base.qcow2");
        assert_refused(top, "“top.qcow2” is a damaged qcow2 image: its header extensions are invalid.");
    }
}

static void ends_a_circle() {
    const TestFolder folder;
    const auto one = make_qcow2(folder, "compat=1.1", "one.qcow2");
    const auto two = on_top_of(folder, "one.qcow2", "qcow2", "two.qcow2");
    say_below(one, "two.qcow2", "qcow2");
    assert_refused(two, "The chain of images below “one.qcow2” is circular: it contains “two.qcow2” twice.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/chain/followed", follows_a_chain);
    g_test_add_func("/source/chain/folder", stays_in_its_folder);
    g_test_add_func("/source/chain/allowed", goes_where_it_is_allowed);
    g_test_add_func("/source/chain/names", believes_only_plain_names);
    g_test_add_func("/source/chain/twice", refuses_a_format_named_twice);
    g_test_add_func("/source/chain/circle", ends_a_circle);
    return g_test_run();
}
