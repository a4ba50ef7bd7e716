// SPDX-License-Identifier: LGPL-2.1-or-later
// A real kernel unpacks what is put behind an image of every compression, and behind early microcode.
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/guest/initramfs/archive.h"
#include "convert/guest/initramfs/image.h"
#include "tests/support/test_folder.h"

using namespace h2k;
using test::unwrap;

namespace {

constexpr auto init = "#!/bin/busybox sh\n"
                      "/bin/busybox mount -t devtmpfs devtmpfs /dev\n"
                      "/bin/busybox cat /added/hello > /dev/ttyS0\n"
                      "/bin/busybox cat /replaced > /dev/ttyS0\n"
                      "/bin/busybox poweroff -f\n";

std::string run(std::vector<std::string> argv, std::string input = {}) {
    return unwrap(require_command({.argv = std::move(argv), .input = std::move(input)}, nullptr));
}

/// An archive with busybox as init, made by cpio.
std::string base_archive(const test::TestFolder &folder) {
    unwrap(write_file(folder / "init", init));
    return run({"sh", "-ec",
                "cd \"$1\"; mkdir -p root/bin root/dev; cp /bin/busybox root/bin; cp init root; chmod 755 root/init; "
                "echo old > root/replaced; cd root; "
                "find . | cpio -o -H newc --quiet",
                "sh", folder.path()});
}

std::string kernel() { return std::string{trim(run({"sh", "-c", "ls /boot/vmlinuz-* 2>/dev/null | tail -n 1"}))}; }

/// What the kernel's init says.
std::string boot(const test::TestFolder &folder, const std::string &image) {
    unwrap(write_file(folder / "image", image));
    return run({"timeout",
                "300",
                "qemu-system-x86_64",
                "-M",
                "pc",
                "-accel",
                "tcg",
                "-m",
                "512",
                "-nodefaults",
                "-nographic",
                "-no-reboot",
                "-serial",
                "stdio",
                "-kernel",
                kernel(),
                "-initrd",
                folder / "image",
                "-append",
                "console=ttyS0 quiet panic=-1"});
}

struct Packer {
    const char *name;
    std::vector<std::string> argv;
    bool early;
};
const std::vector<Packer> packers{
    {"plain", {"cat"}, false},
    {"gzip", {"gzip", "-1", "-c"}, true},
    {"xz", {"xz", "-0", "--check=crc32", "-c"}, false},
    {"zstd", {"zstd", "-q", "-c"}, true},
    {"lz4", {"lz4", "-q", "-l", "-c"}, false},
    {"bzip2", {"bzip2", "-c"}, false},
    {"lzma", {"xz", "-0", "--format=lzma", "-c"}, false},
};

void unpacks(gconstpointer data) {
    const auto &packer = *static_cast<const Packer *>(data);
    if (kernel().empty() || !Owned<char>{g_find_program_in_path("qemu-system-x86_64")})
        return g_test_skip("there is no kernel in /boot, or no QEMU here");
    const test::TestFolder folder;
    auto image = run(packer.argv, base_archive(folder));
    if (packer.early)
        image = unwrap(newc_archive({{"kernel/x86/microcode/AuthenticAMD.bin", "none"}}, {})) + image;
    const auto content = unwrap(list_initramfs(image, "i", nullptr));
    // Large enough for several blocks, and not to be compressed to nothing.
    const auto noise = run({"sh", "-c", "seq 1 400000 | gzip -1"});
    const auto archive = unwrap(newc_archive(
        {{"added/noise", noise}, {"added/hello", "H2K-ADDED\n"}, {"replaced", "H2K-REPLACED\n"}}, content.names));
    const auto said = boot(folder, image + unwrap(appended(archive, image.size(), content.last)));
    g_test_message("%s", said.c_str());
    g_assert_true(said.contains("H2K-ADDED") && said.contains("H2K-REPLACED"));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &packer : packers)
        g_test_add_data_func((std::string{"/initramfs-kernel/"} + packer.name).c_str(), &packer, unpacks);
    return g_test_run();
}
