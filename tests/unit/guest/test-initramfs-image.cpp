// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/guest/initramfs/image.h"
#include "convert/guest/initramfs/modules.h"
#include "convert/model/linux/kernel_modules.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

struct Packer {
    const char *name;
    std::vector<std::string> argv; ///< a filter
};

const std::vector<Packer> packers{
    {"gzip", {"gzip", "-c"}},
    {"xz", {"xz", "--check=crc32", "-c"}},
    {"zstd", {"zstd", "-q", "-c", "-19"}},
    {"zstd-no-check", {"zstd", "-q", "-c", "--no-check"}},
    {"lz4", {"lz4", "-q", "-l", "-c"}},
    {"bzip2", {"bzip2", "-c"}},
    {"lzma", {"xz", "--format=lzma", "-c"}},
};

/// An archive by the real cpio: folders, a link, and @file with content that does not compress to nothing.
std::string archive_with(const std::string &file) {
    const Owned<char> folder{g_dir_make_tmp("h2k-cpio-XXXXXX", nullptr)};
    const std::string script = "set -e; cd \"$1\"; mkdir -p \"$(dirname \"$2\")\"; seq 1 20000 | gzip -1 > \"$2\"; "
                               "ln -s \"$2\" link; find . | LC_ALL=C sort | cpio -o -H newc --quiet; rm -rf \"$1\"";
    return unwrap(require_command({.argv = {"sh", "-c", script, "sh", folder.get(), file}}, nullptr));
}

std::string packed(const Packer &packer, const std::string &plain) {
    return unwrap(require_command({.argv = packer.argv, .input = plain}, nullptr));
}

bool lacks(const char *program) {
    if (Owned<char>{g_find_program_in_path(program)})
        return false;
    g_test_skip_printf("there is no %s here", program);
    return true;
}

Result<std::vector<std::string>> list_initramfs(std::string_view image) {
    auto content = h2k::list_initramfs(image, "i", nullptr);
    if (!content)
        return std::unexpected(std::move(content).error());
    return std::move(content->names);
}

std::string names_of(const std::string &image) { return join(unwrap(::list_initramfs(image)), " "); }

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

void plain_archives() {
    if (lacks("cpio"))
        return;
    const auto one = archive_with("usr/lib/one"), two = archive_with("two");
    assert_equal(names_of(one), "link usr/lib/one");
    assert_equal(names_of(one + zeros(4) + two + zeros(512)), "link usr/lib/one link two");
}

/// What mkinitramfs makes where there is microcode, with all that may follow it.
void early_and_main(gconstpointer data) {
    const auto &packer = *static_cast<const Packer *>(data);
    if (lacks("cpio") || lacks(packer.argv[0].c_str()))
        return;
    const auto early = archive_with("kernel/x86/microcode/GenuineIntel.bin");
    const auto main = packed(packer, archive_with("usr/lib/modules/6.1/virtio_blk.ko"));
    const auto late = archive_with("usr/lib/late");
    const std::string both = "kernel/x86/microcode/GenuineIntel.bin link link usr/lib/modules/6.1/virtio_blk.ko";
    assert_equal(names_of(early + main), both);
    assert_equal(names_of(early + main + zeros(512)), both);
    const auto padding = zeros(512 - (early.size() + main.size()) % 4);
    assert_equal(names_of(early + main + padding + late), both + " link usr/lib/late");
    assert_equal(names_of(early + main + padding + packed(packers[0], late)), both + " link usr/lib/late");
    assert_equal(names_of(early + main + padding + main), both + " link usr/lib/modules/6.1/virtio_blk.ko");
}

/// Every cut, and every kind of noise, is an error and never a crash.
void damaged(gconstpointer data) {
    const auto &packer = *static_cast<const Packer *>(data);
    if (lacks("cpio") || lacks(packer.argv[0].c_str()))
        return;
    const auto early = archive_with("early"), image = early + packed(packer, archive_with("main"));
    for (std::size_t cut = image.size() - 100; cut > early.size() + 40; cut -= (cut - early.size()) / 5 + 1)
        test::message_of(::list_initramfs(std::string_view{image}.substr(0, cut)), H2K_ERROR_SOURCE);
    std::uint32_t noise = 12345;
    for (int round = 0; round < 30; ++round) {
        auto bad = image;
        for (int i = 0; i < 20; ++i) {
            noise = noise * 1664525 + 1013904223;
            bad[early.size() + noise % (image.size() - early.size())] = static_cast<char>(noise >> 24);
        }
        (void)::list_initramfs(bad).has_value();
    }
}

void damaged_plain() {
    if (lacks("cpio"))
        return;
    const auto image = archive_with("early");
    for (const std::size_t cut : {50u, 111u, 115u, 300u})
        test::message_of(::list_initramfs(std::string_view{image}.substr(0, cut)), H2K_ERROR_SOURCE);
    for (const char *bad : {"",
                            "\x7f"
                            "ELF and so on",
                            "070701", "070707 an old archive"})
        test::message_of(::list_initramfs(bad), H2K_ERROR_SOURCE);
    test::message_of(::list_initramfs(zeros(4096)), H2K_ERROR_SOURCE);
    test::message_of(::list_initramfs(image + "garbage"), H2K_ERROR_SOURCE);
    auto endless = image.substr(0, 110);
    endless.replace(94, 8, "ffffffff");
    test::message_of(::list_initramfs(endless + zeros(4096)), H2K_ERROR_SOURCE);
}

/// 3 GiB of zeros, which shrink to next to nothing, in one member.
void bomb() {
    if (lacks("zstd"))
        return;
    const std::string none = "00000000";
    const std::string header = "070701" + none + "00008180" + none + none + "00000001" + none + "c0000000" + none +
                               none + none + none + "00000002" + none + "a\\0";
    const std::string script = "{ printf \"$1\"; head -c 3221225472 /dev/zero; } | zstd -q -1 -c";
    const auto image = unwrap(require_command({.argv = {"sh", "-c", script, "sh", header}}, nullptr));
    assert_equal(test::message_of(::list_initramfs(image), H2K_ERROR_SOURCE),
                 "“i” is damaged or cannot be unpacked: it unpacks to too many bytes.");
}

/// An archive of @count empty files with names of @length bytes.
std::string archive_of(std::size_t count, std::size_t length) {
    constexpr const char *format = "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x";
    const auto member = [&](const std::string &name, unsigned mode) {
        const Owned<char> header{
            g_strdup_printf(format, 0, mode, 0, 0, 1, 0, 0, 0, 0, 0, 0, static_cast<unsigned>(name.size() + 1), 0)};
        auto text = header.get() + name;
        return text + zeros(4 - text.size() % 4);
    };
    const auto file = member(std::string(length, 'n'), 0100644);
    std::string archive;
    archive.reserve(count * file.size() + 512);
    for (std::size_t i = 0; i < count; ++i)
        archive += file;
    return archive + member("TRAILER!!!", 0);
}

/// The bounds hold for the image, in however many archives it comes.
void names_are_bounded() {
    const std::string too_many = "“i” is damaged or cannot be unpacked: it holds too many names.";
    g_assert_cmpuint(unwrap(::list_initramfs(archive_of(200'000, 5))).size(), ==, 200'000);
    assert_equal(test::message_of(::list_initramfs(archive_of(200'001, 5)), H2K_ERROR_SOURCE), too_many);
    const auto long_names = archive_of(8000, 4000);
    g_assert_cmpuint(unwrap(::list_initramfs(long_names)).size(), ==, 8000);
    if (lacks("gzip"))
        return;
    const auto more = packed(packers[0], archive_of(1000, 4000));
    assert_equal(test::message_of(::list_initramfs(long_names + more), H2K_ERROR_SOURCE), too_many);
}

void modules() {
    const std::vector<std::string> names{"usr/lib/modules/6.1/kernel/virtio_blk.ko.zst",
                                         "usr/lib/modules/6.1/kernel/ahci.ko.bz2", "lib/modules/6.1/nvme.ko.lzma",
                                         "lib/modules/5.0/kernel/virtio_net.ko"};
    const auto missing = missing_modules(names, "kernel/drivers/virtio/virtio-pci.ko\n", "6.1",
                                         {"virtio-blk", "virtio_pci", "ahci", "nvme", "virtio_net"});
    assert_equal(join(missing, " "), "virtio_net");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/initramfs/plain", plain_archives);
    for (const auto &packer : packers) {
        g_test_add_data_func((std::string{"/initramfs/layouts/"} + packer.name).c_str(), &packer, early_and_main);
        g_test_add_data_func((std::string{"/initramfs/damaged/"} + packer.name).c_str(), &packer, damaged);
    }
    g_test_add_func("/initramfs/damaged/plain", damaged_plain);
    g_test_add_func("/initramfs/bomb", bomb);
    g_test_add_func("/initramfs/bounds", names_are_bounded);
    g_test_add_func("/initramfs/modules", modules);
    return g_test_run();
}
