// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/boot_traces.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "tests/support/test.h"
#include <filesystem>
#include <sys/stat.h>

namespace h2k::test {

/// libvirt hands files to QEMU by descriptors, so that its command line names none.
static bool has_open_below(const std::filesystem::path &process, const std::string &folder) {
    std::error_code error;
    for (const auto &file : std::filesystem::directory_iterator{process / "fd", error})
        if (std::filesystem::read_symlink(file.path(), error).native().starts_with(folder + "/"))
            return true;
    return false;
}

std::vector<std::string> qemu_below(const std::string &folder) {
    std::vector<std::string> found;
    std::error_code error;
    std::filesystem::directory_iterator entry{"/proc", error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        const auto program = std::filesystem::read_symlink(entry->path() / "exe", error).filename().string();
        error.clear();
        if (!program.starts_with("qemu-system"))
            continue;
        const auto cmdline = read_file((entry->path() / "cmdline").string(), 1u << 20);
        struct stat st{};
        if (cmdline && has_open_below(entry->path(), folder) && stat(entry->path().c_str(), &st) == 0)
            found.push_back(std::to_string(st.st_uid) + " " + replace_all(*cmdline, std::string{'\0'}, " "));
    }
    return found;
}

std::set<std::string> folders_of_boot_tests() {
    std::set<std::string> folders;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator{"/tmp", error})
        if (entry.path().filename().string().starts_with("h2k-") &&
            std::filesystem::exists(entry.path() / "domain.xml", error))
            folders.insert(entry.path());
    return folders;
}

std::string folder_since(const std::set<std::string> &before) {
    std::string found;
    for (const auto &folder : folders_of_boot_tests())
        if (!before.contains(folder)) {
            assert_equal(found, "");
            found = folder;
        }
    g_assert_false(found.empty());
    return found;
}

} // namespace h2k::test
