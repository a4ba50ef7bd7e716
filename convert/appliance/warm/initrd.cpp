// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/initrd.h"
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include <array>
#include <cerrno>
#include <cstdio>
#include <sys/mman.h>

namespace h2k {

namespace {

constexpr std::size_t longest_initrd = 256u << 20, longest_program = 16u << 20;
constexpr std::size_t alignment = 4, block = 512;
constexpr unsigned folder_mode = 040755, program_mode = 0100755;

void pad(std::string &text, std::size_t to) { text.append((to - text.size() % to) % to, '\0'); }

/// A member of a "newc" archive: cpio(5).
void add_member(std::string &archive, const std::string &name, unsigned mode, std::string_view content) {
    const std::array<std::size_t, 13> fields{0, mode, 0, 0, 1, 0, content.size(), 0, 0, 0, 0, name.size() + 1, 0};
    archive += "070701";
    for (const auto field : fields) {
        std::array<char, 9> digits{};
        std::snprintf(digits.data(), digits.size(), "%08zx", field);
        archive += digits.data();
    }
    archive.append(name).append(1, '\0');
    pad(archive, alignment);
    archive += content;
    pad(archive, alignment);
}

} // namespace

Result<HeldFile> holding_initrd(const std::string &initrd) {
    auto bytes = H2K_TRY(read_file(initrd, longest_initrd));
    const auto program = H2K_TRY(read_file(own_program("virt-hyper2kvm-hold"), longest_program));
    pad(bytes, block);
    add_member(bytes, "h2k", folder_mode, {});
    add_member(bytes, "h2k/hold", program_mode, program);
    add_member(bytes, "TRAILER!!!", 0, {});
    Descriptor file{memfd_create("initrd", MFD_CLOEXEC)};
    if (const int why = file ? write_all(file.get(), bytes) : errno)
        return fail(H2K_ERROR_FAILED, "%s: %s", initrd.c_str(), g_strerror(why));
    return HeldFile{std::move(file)};
}

} // namespace h2k
