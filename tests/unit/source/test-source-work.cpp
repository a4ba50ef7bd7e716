// SPDX-License-Identifier: LGPL-2.1-or-later
// Sources that are small and ask for much work.
#include "convert/base/files.h"
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/source/source.h"
#include "tests/support/source_images.h"
#include <ctime>

using namespace h2k;
using test::assert_equal;
using test::run;
using test::TestFolder;
using test::unwrap;

namespace {

void make_raw(const TestFolder &folder, const std::string &name) {
    std::string disk(2u << 20, '\x11');
    disk.replace(510, 2, "\x55\xaa");
    unwrap(write_file(folder / name, disk));
}

/// @beginning, a shell command whose output is packed by bzip2, and then 64 MiB of zeros @times, each in 50 bytes.
std::string bzip2_of(const TestFolder &folder, const std::string &name, const std::string &beginning, unsigned times) {
    const std::string script = "cd \"$1\"; { " + beginning +
                               "; } | bzip2 > \"$2\"; head -c 67108864 /dev/zero | bzip2 > z; "
                               "i=0; while [ $i -lt \"$3\" ]; do cat z; i=$((i + 1)); done >> \"$2\"; rm z";
    run({"sh", "-c", script, "sh", folder.path(), name, std::to_string(times)});
    return folder / name;
}

std::string refused(const std::string &path) {
    return test::message_of(describe({.sources = {path}}), H2K_ERROR_SOURCE);
}

} // namespace

/// The sizes that an archive states are free of charge; what it holds is not.
static void refuses_a_bomb() {
    const TestFolder folder;
    const auto bomb = bzip2_of(
        folder, "x.tar.bz2",
        "truncate -s 7G disk.raw; tar -cf - disk.raw | head -c 512; rm disk.raw; head -c 67108352 /dev/zero", 110);
    g_assert_cmpuint(identity_of(bomb)->size, <, 20000);
    assert_equal(refused(bomb), "“x.tar.bz2” unpacks to so much more data than it holds that it is refused as a "
                                "decompression bomb.");
}

/// libarchive searches zeros for the header of a member, within one call.
static void searches_no_zeros() {
    const TestFolder folder;
    const auto zeros = bzip2_of(
        folder, "x.zip.bz2",
        "printf 'PK\\003\\004\\024'; head -c 21 /dev/zero; printf '\\001\\000\\000\\000a'; head -c 67108833 /dev/zero",
        60);
    assert_equal(refused(zeros), "“x.zip.bz2” is damaged: the header of a member is missing.");
}

static void needs_no_memory_for_layers() {
    const TestFolder folder;
    make_raw(folder, "a.raw");
    run({"sh", "-c", "cd \"$1\"; xz -9 -c a.raw | xz -9 -c > x.raw.xz", "sh", folder.path()});
    assert_equal(refused(folder / "x.raw.xz"), "“x.raw.xz” is compressed more than once; unpack it first.");
}

static void is_cancelled() {
    const TestFolder folder;
    make_raw(folder, "a.raw");
    run({"sh", "-c", "cd \"$1\"; gzip -k a.raw; tar -czf x.tgz a.raw", "sh", folder.path()});
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    for (const char *name : {"a.raw", "a.raw.gz", "x.tgz"})
        unwrap(describe({.sources = {folder / name}}, cancel.get()));
    g_cancellable_cancel(cancel.get());
    for (const char *name : {"a.raw", "a.raw.gz", "x.tgz"})
        test::message_of(describe({.sources = {folder / name}}, cancel.get()), H2K_ERROR_CANCELLED);
}

/// Each extent of a VMDK in an archive is looked for once, and not in all of its members.
static void looks_for_each_extent_once() {
    const TestFolder folder;
    std::string text = "# Disk DescriptorFile\nversion=1\nCID=0badcafe\nparentCID=ffffffff\ncreateType=\"custom\"\n";
    while (text.size() < 900000)
        text += "RW 1 FLAT \"n" + std::to_string(text.size()) + ".vmdk\" 0\n";
    g_assert_cmpuint(unwrap(parse_vmdk_descriptor(text)).extents.size(), >, 20000);
    unwrap(write_file(folder / "a.vmdk", text));
    run({"sh", "-c", "cd \"$1\"; i=0; while [ $i -lt 4000 ]; do : > $i.vmdk; i=$((i + 1)); done; tar -cf x.tar *.vmdk",
         "sh", folder.path()});
    const auto before = clock();
    assert_equal(refused(folder / "x.tar"), "“0.vmdk” is empty.");
    g_assert_cmpint((clock() - before) / CLOCKS_PER_SEC, <, 10);
}

/// What has the name of a description, and is none, is not read.
static void reads_no_other_texts() {
    const TestFolder folder;
    run({"sh", "-c",
         "cd \"$1\"; printf '<a/>' > 0.xml; truncate -s 8M 0.xml; i=1; while [ $i -lt 40 ]; do ln 0.xml $i.xml; "
         "i=$((i + 1)); done; tar --hard-dereference -cf x.tar *.xml a.raw",
         "sh", (make_raw(folder, "a.raw"), folder.path())});
    const auto bytes_read = [] {
        const auto text = test::content_of("/proc/self/io");
        return g_ascii_strtoull(text.c_str() + text.find(' '), nullptr, 10);
    };
    const auto before = bytes_read();
    g_assert_cmpuint(unwrap(describe({.sources = {folder / "x.tar"}})).source.disks.size(), ==, 1);
    g_assert_cmpuint(bytes_read() - before, <, 16u << 20);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source-work/bomb", refuses_a_bomb);
    g_test_add_func("/source-work/zeros", searches_no_zeros);
    g_test_add_func("/source-work/layers", needs_no_memory_for_layers);
    g_test_add_func("/source-work/cancelled", is_cancelled);
    g_test_add_func("/source/work/extents", looks_for_each_extent_once);
    g_test_add_func("/source/work/texts", reads_no_other_texts);
    return g_test_run();
}
