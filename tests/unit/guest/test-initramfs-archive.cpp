// SPDX-License-Identifier: LGPL-2.1-or-later
// What is put behind an initramfs image, as other programs read it.
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/guest/initramfs/archive.h"
#include "convert/guest/initramfs/known_images.h"
#include "tests/support/test.h"
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

std::string run(std::vector<std::string> argv, const std::string &input) {
    return unwrap(require_command({.argv = std::move(argv), .input = input}, nullptr));
}

std::string as_cpio_reads(const std::string &archive) {
    return run({"sh", "-c", "cpio -itv --quiet | sed 's/ \\+/ /g' | cut -d ' ' -f 1,3-5,9-"}, archive);
}

void is_read_by_cpio() {
    const auto archive =
        unwrap(newc_archive({{"usr/lib/a.ko", "abc"}, {"conf/conf.d/x", ""}}, {"usr/bin/sh", "conf/y"}));
    g_assert_cmpuint(archive.size() % 4, ==, 0);
    // Folders of the image are not made again: a link of that name would be replaced.
    assert_equal(as_cpio_reads(archive), "drwxr-xr-x root root 0 conf/conf.d\n"
                                         "drwxr-xr-x root root 0 usr/lib\n"
                                         "-rw-r--r-- root root 3 usr/lib/a.ko\n"
                                         "-rw-r--r-- root root 0 conf/conf.d/x\n");
    assert_equal(run({"cpio", "-i", "--quiet", "--to-stdout", "usr/lib/a.ko"}, archive), "abc");
}

void replaces_no_link() {
    assert_equal(test::message_of(newc_archive({{"lib/modules/a.ko", ""}}, {"usr/lib/x", "lib"}), H2K_ERROR_FAILED),
                 "“lib” is not a folder in the initramfs.");
}

Owned<GMappedFile> mapped(const std::string &image) {
    const Owned<char> path{g_build_filename(g_get_tmp_dir(), "h2k-known-image", nullptr)};
    g_assert_true(g_file_set_contents(path.get(), image.data(), static_cast<gssize>(image.size()), nullptr));
    Owned<GMappedFile> file{g_mapped_file_new(path.get(), FALSE, nullptr)};
    unlink(path.get());
    return file;
}

void assert_same(const InitramfsContent &found, const InitramfsContent &expected) {
    assert_equal(join(found.names, " "), join(expected.names, " "));
    assert_equal(found.last, expected.last);
    g_assert_cmpuint(found.bytes, ==, expected.bytes);
}

/// @image, and behind it an archive with one file.
std::string extended(std::string image) {
    const auto last = unwrap(list_initramfs(image, "i", nullptr)).last;
    const auto archive = unwrap(newc_archive({{"new", std::string(100'000, 'n')}}, {"old"}));
    image += unwrap(appended(archive, image.size(), last));
    return image;
}

void is_read_behind_every_compression() {
    const auto old = unwrap(newc_archive({{"old", std::string(100'000, 'o')}}, {}));
    const auto early = unwrap(newc_archive({{"kernel/x86/microcode/AuthenticAMD.bin", "microcode"}}, {}));
    const std::vector<std::pair<const char *, std::vector<std::string>>> packers{
        {"plain", {"cat"}},
        {"gzip", {"gzip", "-c"}},
        {"xz", {"xz", "--check=crc32", "-c"}},
        {"zstd", {"zstd", "-q", "-c"}},
        {"lz4", {"lz4", "-q", "-l", "-c"}},
        {"bzip2", {"bzip2", "-c"}},
        {"lzma", {"xz", "--format=lzma", "-c"}}};
    for (const auto &[name, argv] : packers) {
        const auto image = run(argv, old);
        assert_equal(unwrap(list_initramfs(image, "i", nullptr)).last, name);
        for (const auto &start : {std::string{}, early}) {
            const auto content = unwrap(list_initramfs(extended(start + image), "i", nullptr));
            assert_equal(join(content.names, " "),
                         (start.empty() ? "" : "kernel/x86/microcode/AuthenticAMD.bin ") + std::string{"old new"});
            // It can be extended again.
            g_assert_cmpuint(unwrap(list_initramfs(extended(extended(start + image)), "i", nullptr)).names.size(), ==,
                             content.names.size() + 1);
            KnownImages known;
            for (const auto &one : {start + image, extended(start + image), extended(extended(start + image))})
                assert_same(unwrap(known.list(mapped(one), "i", nullptr)), unwrap(list_initramfs(one, "i", nullptr)));
        }
    }
}

/// Where no program can unpack it, only what was listed is known.
void known_ones_are_not_unpacked() {
    const auto image = unwrap(newc_archive({{"old", "o"}}, {}));
    auto other = image;
    other[other.find("old")] = 'c';
    const auto large = unwrap(newc_archive({{"large", std::string(64u << 20, 'l')}}, {}));
    KnownImages known;
    for (const auto &one : {image, large})
        (void)unwrap(known.list(mapped(one), "i", nullptr));
    const std::string programs = g_getenv("VIRT_HYPER2KVM_LIBEXEC");
    g_setenv("VIRT_HYPER2KVM_LIBEXEC", "/nonexistent", TRUE);
    assert_equal(join(unwrap(known.list(mapped(image), "i", nullptr)).names, " "), "old");
    for (const auto &one : {other, image + other, image.substr(0, image.size() - 1), large})
        test::message_of(known.list(mapped(one), "i", nullptr), H2K_ERROR_FAILED);
    g_setenv("VIRT_HYPER2KVM_LIBEXEC", programs.c_str(), TRUE);
    assert_equal(join(unwrap(known.list(mapped(image + other), "i", nullptr)).names, " "), "old cld");
}

void lz4_is_read_by_lz4() {
    for (const std::size_t size : {1u, 14u, 15u, 16u, 269u, 270u, 271u, (8u << 20) + 5}) {
        const std::string bytes(size, 'x');
        g_assert_true(run({"lz4", "-q", "-d", "-c"}, unwrap(appended(bytes, 0, "lz4"))) == bytes);
    }
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/initramfs-archive/cpio", is_read_by_cpio);
    g_test_add_func("/initramfs-archive/links", replaces_no_link);
    g_test_add_func("/initramfs-archive/compressions", is_read_behind_every_compression);
    g_test_add_func("/initramfs-archive/known", known_ones_are_not_unpacked);
    g_test_add_func("/initramfs-archive/lz4", lz4_is_read_by_lz4);
    return g_test_run();
}
