// SPDX-License-Identifier: LGPL-2.1-or-later
// Kernels that are started directly: one of this machine, and made ones.
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/check/kernel/boot_image.h"
#include "convert/check/kernel/kernel_elf.h"
#include "convert/check/kernel/placed_kernel.h"
#include "convert/format/bytes.h"
#include "tests/support/test.h"
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr std::uint64_t mib = 1u << 20;

template <std::unsigned_integral T> void put(std::string &bytes, std::size_t at, T value) {
    bytes.replace(at, sizeof value, little_endian_bytes(value));
}

/// The newest kernel of this machine, or nothing, and the test is skipped.
std::string real_image() {
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator{"/boot", none})
        if (entry.path().filename().string().starts_with("vmlinuz-"))
            if (auto image = read_file(entry.path(), most_kernel_image); image && is_boot_image(*image))
                return *std::move(image);
    g_test_skip("no kernel can be read in /boot");
    return {};
}

/// A header of 4 sectors, and @payload 16 bytes behind it.
std::string made_image(std::string_view payload) {
    std::string image(5 * 512 + 16, '\0');
    put<std::uint16_t>(image, 0x1fe, 0xaa55);
    image.replace(0x202, 4, "HdrS");
    put<std::uint16_t>(image, 0x206, 0x020f);
    put<std::uint8_t>(image, 0x211, 1);
    put<std::uint16_t>(image, 0x236, 1);
    put<std::uint32_t>(image, 0x248, 16);
    put<std::uint32_t>(image, 0x24c, static_cast<std::uint32_t>(payload.size()));
    return image.append(payload);
}

std::string note_of(std::string_view name, std::uint32_t type, std::string_view description) {
    std::string note = little_endian_bytes(static_cast<std::uint32_t>(name.size())) +
                       little_endian_bytes(static_cast<std::uint32_t>(description.size())) + little_endian_bytes(type);
    for (const auto part : {name, description})
        note.append(part).append((4 - part.size() % 4) % 4, '\0');
    return note;
}

std::string entry_at(std::uint64_t address) { return note_of("Xen\0"sv, 18, little_endian_bytes(address)); }

/// One loaded segment of 4096 bytes at 16 MiB, which takes 1 MiB, and @notes.
std::string made_elf(std::string_view notes) {
    constexpr std::size_t content = 64 + 2 * 56;
    std::string elf(content + 4096, '\0');
    elf.replace(0, 7,
                "\x7f"
                "ELF\x02\x01\x01"sv);
    put<std::uint16_t>(elf, 18, 62);
    put<std::uint64_t>(elf, 32, 64);
    put<std::uint16_t>(elf, 54, 56);
    put<std::uint16_t>(elf, 56, 2);
    const auto segment = [&](std::size_t at, std::uint32_t type, std::uint64_t offset, std::uint64_t address,
                             std::uint64_t bytes, std::uint64_t memory, std::uint64_t alignment) {
        put(elf, at, type);
        put(elf, at + 8, offset);
        put(elf, at + 24, address);
        put(elf, at + 32, bytes);
        put(elf, at + 40, memory);
        put(elf, at + 48, alignment);
    };
    segment(64, 1, content, 16 * mib, 4096, mib, 1u << 21);
    segment(64 + 56, 4, content + 4096, 0, notes.size(), notes.size(), 4);
    return elf.append(notes);
}

struct Folder {
    Owned<char> path{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    ~Folder() { std::filesystem::remove_all(path.get()); }
};

void a_real_kernel_is_taken_out() {
    const auto image = real_image();
    if (image.empty())
        return;
    const auto payload = kernel_payload(image);
    g_assert_true(payload.has_value());
    const auto kernel = unwrap(unpacked_kernel(*payload, nullptr));
    g_test_message("%zu bytes of %zu", kernel.size(), image.size());
    g_assert_true(kernel.starts_with("\x7f"
                                     "ELF"));
    g_assert_true(kernel.contains("Linux version "));
    // All kernels of Debian and Ubuntu have the note.
    const auto place = pvh_kernel(kernel);
    g_assert_true(place.has_value());
    g_assert_true(place->entry >= mib && place->entry < place->end && place->end > kernel.size() / 4);
    g_assert_false(pvh_kernel(std::string_view{kernel}.substr(0, kernel.size() / 2)).has_value());
    g_assert_false(pvh_kernel(image).has_value());
    // Damaged data is no kernel, and no crash.
    auto bad = std::string{*payload};
    bad.replace(bad.size() / 2, 64, std::string(64, '\xa5'));
    const auto broken = unpacked_kernel(bad, nullptr);
    g_assert_true(!broken || *broken != kernel);
}

/// As the kernel's Makefiles pack it, scripts/Makefile.lib.
void all_compressions_are_unpacked() {
    const std::string kernel = made_elf(entry_at(16 * mib)) + std::string(mib, 'k');
    const Folder folder;
    const auto plain = std::string{folder.path.get()} + "/kernel";
    unwrap(write_file(plain, kernel));
    for (const std::string how :
         {"gzip -n -9", "xz --check=crc32", "zstd -q -22 --ultra", "lz4 -l -9 -q", "bzip2 -9", "lzma -9"}) {
        const Owned<char> program{g_find_program_in_path(words(how).front().c_str())};
        if (!program) {
            g_test_message("%s is not installed", how.c_str());
            continue;
        }
        const auto packed = plain + ".packed";
        unwrap(require_command({.argv = {"/bin/sh", "-c", how + " -c < \"$0\" > \"$1\"", plain, packed}}, nullptr));
        const auto is_gzip = how.starts_with("gzip");
        const auto image = made_image(unwrap(read_file(packed, mib)) + (is_gzip ? "" : "size"));
        const auto payload = kernel_payload(image);
        g_assert_true(payload.has_value());
        const auto unpacked = unpacked_kernel(*payload, nullptr);
        if (!unpacked)
            g_error("%s: %s", how.c_str(), unpacked.error().message());
        g_assert_true(*unpacked == kernel);
        const auto half = unpacked_kernel(payload->substr(0, payload->size() / 2), nullptr);
        g_assert_true(!half || *half != kernel);
    }
}

void payloads_are_within_the_image() {
    const auto image = made_image("\x1f\x8b\x08packed");
    assert_equal(std::string{kernel_payload(image).value_or("")}, "\x1f\x8b\x08packed");
    assert_equal(std::string{kernel_payload(made_image("packed----")).value_or("")}, "packed"); // its length is cut
    g_assert_true(is_boot_image(image));
    const auto spoilt = [&](auto spoil) {
        auto other = image;
        spoil(other);
        return kernel_payload(other).has_value();
    };
    g_assert_true(spoilt([](std::string &) {}));
    g_assert_false(spoilt([](std::string &i) { put<std::uint32_t>(i, 0x24c, 10); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint32_t>(i, 0x24c, UINT32_MAX); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint32_t>(i, 0x24c, 4); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint32_t>(i, 0x248, UINT32_MAX); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint8_t>(i, 0x1f1, 255); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint16_t>(i, 0x206, 0x0207); }));
    g_assert_false(spoilt([](std::string &i) { put<std::uint16_t>(i, 0x236, 0); }));
    g_assert_false(spoilt([](std::string &i) { i[0x202] = 'x'; }));
    g_assert_false(spoilt([](std::string &i) { i[0x211] = 0; })); // a zImage
    g_assert_false(is_boot_image(std::string_view{image}.substr(0, 0x24f)));
}

void only_one_note_of_xen_counts() {
    const auto entry = [](std::string_view notes) { return pvh_kernel(made_elf(notes)).value_or(KernelPlace{}).entry; };
    g_assert_cmpuint(entry(entry_at(16 * mib + 64)), ==, 16 * mib + 64);
    g_assert_cmpuint(pvh_kernel(made_elf(entry_at(16 * mib)))->end, ==, 17 * mib);
    g_assert_cmpuint(entry(note_of("GNU\0"sv, 3, "an id") + entry_at(16 * mib)), ==, 16 * mib);
    g_assert_cmpuint(entry(""), ==, 0);
    g_assert_cmpuint(entry(note_of("Xen\0"sv, 6, "linux\0"sv)), ==, 0);
    g_assert_cmpuint(entry(entry_at(16 * mib) + entry_at(16 * mib)), ==, 0);
    g_assert_cmpuint(entry(note_of("Xem\0"sv, 18, little_endian_bytes(16 * mib))), ==, 0);
    g_assert_cmpuint(entry(note_of("Xen\0"sv, 18, little_endian_bytes(static_cast<std::uint32_t>(16 * mib)))), ==, 0);
    g_assert_cmpuint(entry(entry_at(16 * mib + 4096)), ==, 0); // not in the file
    g_assert_cmpuint(entry(entry_at(16 * mib - 1)), ==, 0);
    g_assert_cmpuint(entry(note_of("x", 1, "").replace(0, 4, "\xff\xff\xff\xff") + entry_at(16 * mib)), ==, 0);
    g_assert_cmpuint(entry(note_of("x", 1, "").replace(4, 4, "\xff\xff\xff\xff") + entry_at(16 * mib)), ==, 0);
}

void headers_are_checked() {
    const auto good = made_elf(entry_at(16 * mib));
    const auto spoilt = [&](std::size_t at, auto value) {
        auto elf = good;
        put(elf, at, value);
        return pvh_kernel(elf).has_value();
    };
    g_assert_true(pvh_kernel(good).has_value());
    g_assert_false(spoilt(18, std::uint16_t{3}));           // i386
    g_assert_false(spoilt(4, std::uint8_t{1}));             // 32 bits
    g_assert_false(spoilt(32, UINT64_MAX));                 // program headers
    g_assert_false(spoilt(54, std::uint16_t{64}));          // their size
    g_assert_false(spoilt(56, std::uint16_t{65535}));       // their number
    g_assert_false(spoilt(64 + 8, UINT64_MAX));             // a segment's offset
    g_assert_false(spoilt(64 + 32, UINT64_MAX));            // its bytes
    g_assert_false(spoilt(64 + 40, std::uint64_t{4095}));   // less memory than bytes
    g_assert_false(spoilt(64 + 40, UINT64_MAX));            // more than there is
    g_assert_false(spoilt(64 + 56 + 48, std::uint64_t{8})); // an alignment that QEMU pads differently
    for (std::size_t size = 0; size < good.size(); size += 7)
        g_assert_false(pvh_kernel(std::string_view{good}.substr(0, size)).has_value());
}

Descriptor in_memory(std::string_view content) {
    Descriptor file{memfd_create("test", MFD_CLOEXEC)};
    g_assert_true(file && write_all(file.get(), content) == 0);
    return file;
}

void files_are_placed_for_qemu() {
    const auto image = real_image();
    if (image.empty())
        return;
    for (const bool translated : {true, false}) {
        const Folder folder;
        const KernelPlan plan{.folder = folder.path.get(), .user = {}, .memory = 512 * mib, .translated = translated};
        const auto placed = unwrap(place_kernel(
            {.image = in_memory(image), .initramfs = in_memory("an initramfs"), .arguments = "root=/dev/vda1 ro"}, plan,
            nullptr));
        g_assert_true(placed.is_uncompressed == translated);
        assert_equal(placed.added, translated ? "norandmaps nokaslr mitigations=off" : "");
        assert_equal(placed.arguments, (translated ? placed.added + " " : "") + "root=/dev/vda1 ro");
        assert_equal(unwrap(read_file(placed.initramfs, 100)), "an initramfs");
        const auto kernel = unwrap(read_file(placed.image, most_kernel));
        g_assert_true(translated ? pvh_kernel(kernel).has_value() : kernel == image);
        struct stat st{};
        g_assert_true(stat(placed.image.c_str(), &st) == 0 && (st.st_mode & 07777) == 0600);
    }
    const Folder folder;
    const KernelPlan small{.folder = folder.path.get(), .user = {}, .memory = 32 * mib, .translated = true};
    const auto placed = unwrap(place_kernel(
        {.image = in_memory(image), .initramfs = Descriptor{}, .arguments = std::string(2040, 'x')}, small, nullptr));
    g_assert_true(!placed.is_uncompressed && placed.initramfs.empty() && placed.added.empty());
}

void what_is_no_kernel_is_not_placed() {
    const Folder folder;
    const KernelPlan plan{.folder = folder.path.get(), .user = {}, .memory = 512 * mib, .translated = true};
    for (const auto *content : {"MZ, and no kernel", ""})
        g_assert_true(std::string_view{
            test::message_of(
                place_kernel({.image = in_memory(content), .initramfs = Descriptor{}, .arguments = {}}, plan, nullptr),
                H2K_ERROR_FAILED)}
                          .starts_with("The guest's kernel "));
    // One whose payload nobody can unpack is started as it is.
    const auto made = made_image("\x1f\x8b\x08 no gzip");
    const auto placed =
        unwrap(place_kernel({.image = in_memory(made), .initramfs = Descriptor{}, .arguments = "ro"}, plan, nullptr));
    g_assert_false(placed.is_uncompressed);
    assert_equal(unwrap(read_file(placed.image, mib)), made);
    // Nothing is replaced.
    test::message_of(
        place_kernel({.image = in_memory(made), .initramfs = Descriptor{}, .arguments = {}}, plan, nullptr),
        H2K_ERROR_FAILED);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-kernel/real", a_real_kernel_is_taken_out);
    g_test_add_func("/boot-kernel/compressions", all_compressions_are_unpacked);
    g_test_add_func("/boot-kernel/payload", payloads_are_within_the_image);
    g_test_add_func("/boot-kernel/note", only_one_note_of_xen_counts);
    g_test_add_func("/boot-kernel/headers", headers_are_checked);
    g_test_add_func("/boot-kernel/placed", files_are_placed_for_qemu);
    g_test_add_func("/boot-kernel/not-placed", what_is_no_kernel_is_not_placed);
    return g_test_run();
}
