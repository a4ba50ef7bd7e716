// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/initrd.h"
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include "convert/guest/initramfs/archive.h"
#include <cerrno>
#include <sys/mman.h>

namespace h2k {

namespace {

constexpr std::size_t longest_initrd = 256u << 20, longest_program = 16u << 20;

} // namespace

Result<HeldFile> holding_initrd(const std::string &initrd) {
    auto bytes = H2K_TRY(read_file(initrd, longest_initrd));
    auto program = H2K_TRY(read_file(own_program("virt-hyper2kvm-hold"), longest_program));
    const auto archive = H2K_TRY(newc_archive({{.name = "h2k/hold", .content = std::move(program), .mode = 0755}}, {}));
    bytes += H2K_TRY(appended(archive, bytes.size(), "plain"));
    Descriptor file{memfd_create("initrd", MFD_CLOEXEC)};
    if (const int why = file ? write_all(file.get(), bytes) : errno)
        return fail(H2K_ERROR_FAILED, "%s: %s", initrd.c_str(), g_strerror(why));
    return HeldFile{std::move(file)};
}

} // namespace h2k
