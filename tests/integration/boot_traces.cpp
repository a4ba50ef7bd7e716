// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/boot_traces.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "tests/support/test.h"
#include <filesystem>
#include <map>
#include <mutex>

namespace h2k::test {

/// libvirt hands files to QEMU by descriptors, so that its command line names none.
static bool has_open(const std::filesystem::path &process, const std::string &path) {
    std::error_code error;
    for (const auto &file : std::filesystem::directory_iterator{process / "fd", error})
        if (std::filesystem::read_symlink(file.path(), error).native().starts_with(path))
            return true;
    return false;
}

template <typename Act> static void for_each_process(const std::string &program, Act act) {
    std::error_code error;
    std::filesystem::directory_iterator entry{"/proc", error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        if (std::filesystem::read_symlink(entry->path() / "exe", error).filename().string().starts_with(program))
            act(entry->path());
        error.clear();
    }
}

std::string root_of(const std::string &work) {
    static std::map<std::string, std::string> known;
    static std::mutex lock;
    const std::lock_guard guard{lock};
    for_each_process("virt-hyper2kvm-boot", [&](const std::filesystem::path &process) {
        const auto said = split(read_file((process / "cmdline").string(), 1u << 20).value_or(""), '\0');
        if (said.size() > 3 && said[3] == work + "/h2k-boot")
            known[work] = said[2];
    });
    return known[work];
}

std::vector<std::string> qemu_of(const std::string &work) {
    std::vector<std::string> found;
    if (const auto root = root_of(work); !root.empty())
        for_each_process("qemu-system", [&](const std::filesystem::path &process) {
            if (has_open(process, root + "/serial.log"))
                found.push_back(process);
        });
    return found;
}

} // namespace h2k::test
