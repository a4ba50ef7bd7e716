// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/ext/ext.h"
#include "convert/direct/program/files/files.h"
#include "tests/support/memory_disk.h"
#include "tests/support/test_folder.h"
#include <fstream>
#include <sys/wait.h>

namespace h2k::test {

/// The value, or a test failure that prints the failure.
template <typename T> T good(Outcome<T> r, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!r) {
        const auto text = std::to_string(r.error().error) + " " + r.error().text;
        g_assertion_message(G_LOG_DOMAIN, file, line, "", text.c_str());
    }
    if constexpr (!std::is_void_v<T>)
        return *std::move(r);
}

/// Must have failed with the errno @error.
template <typename T>
void assert_failed(const Outcome<T> &r, int error, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    const auto text = r ? std::string{"success"} : std::to_string(r.error().error) + " " + r.error().text;
    if (r || r.error().error != error)
        g_assertion_message(G_LOG_DOMAIN, file, line, "", (text + ", not " + std::to_string(error)).c_str());
}

/// Before all else: lets a user find e2fsprogs who has no /usr/sbin in PATH, and lets it work in memory, where there is
/// space: it waits for the disk whenever it ends.
inline void use_system_tools() {
    constexpr std::uintmax_t enough = 1u << 30;
    std::error_code none;
    if (const auto space = std::filesystem::space("/dev/shm", none); !none && space.available > enough)
        g_setenv("TMPDIR", "/dev/shm", FALSE);
    const auto *path = g_getenv("PATH");
    g_setenv("PATH", (std::string{path ? path : "/usr/bin"} + ":/usr/sbin:/sbin").c_str(), TRUE);
}

/// Bytes that differ from each other and from those of another @seed.
inline std::string noise(std::size_t size, std::uint32_t seed) {
    std::string bytes(size, '\0');
    for (auto &c : bytes) {
        seed = seed * 1664525 + 1013904223;
        c = static_cast<char>(seed >> 24);
    }
    return bytes;
}

/// Runs a shell command of which only the exit status matters; the output goes to @output.
inline int status_of(const std::string &command, std::string *output = nullptr) {
    Owned<char> text;
    int status = 0;
    g_assert_true(g_spawn_command_line_sync(command.c_str(), out(text), nullptr, &status, nullptr));
    if (output && text)
        *output = text.get();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/// Without waiting for the disk.
inline void put_file(const std::string &path, std::string_view content) {
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    std::ofstream file{path, std::ios::binary};
    file << content;
    g_assert_true(file.flush().good());
}

inline std::string file_content(const std::string &path) { return unwrap(read_file(path, 512u << 20)); }

/// An ext file system in memory, and as one tree.
class ExtImage {
  public:
    explicit ExtImage(std::string content) : disk_(std::move(content)) { mount(); }
    void mount(bool read_only = false) {
        tree_.unmount_all();
        system_ = good(Ext::open(disk_, read_only));
        good(tree_.mount("/", *system_));
    }
    /// Writes all to @path, and lets e2fsck find nothing.
    void check(const std::string &path, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
        good(system_->sync());
        put_file(path, disk_.content());
        std::string said;
        const int status = status_of("e2fsck -fn " + path, &said);
        if (status != 0)
            g_assertion_message(G_LOG_DOMAIN, file, line, "", (std::to_string(status) + ": " + said).c_str());
    }
    [[nodiscard]] Files files() const { return Files{tree_}; }
    [[nodiscard]] Tree &tree() { return tree_; }
    [[nodiscard]] FileSystem &system() { return *system_; }
    [[nodiscard]] MemoryDisk &disk() { return disk_; }
    [[nodiscard]] std::string read_all(const std::string &path) const {
        const auto found = good(files().status(path, true));
        g_assert_true(found.has_value());
        std::string all;
        while (all.size() < found->bytes)
            all += good(files().read(path, all.size(), 1 << 20));
        return all;
    }

  private:
    MemoryDisk disk_;
    std::unique_ptr<FileSystem> system_;
    Tree tree_;
};

/// The bytes of a file system with what is below the folder @tree (empty: nothing).
inline std::string make_ext(const TestFolder &folder, const std::string &options, const std::string &size,
                            const std::string &tree = {}) {
    const auto path = folder / "made.img";
    const auto from = tree.empty() ? std::string{} : " -d " + tree;
    std::filesystem::remove(path);
    g_assert_cmpint(status_of("mke2fs -q -F " + options + from + " " + path + " " + size), ==, 0);
    return file_content(path);
}

} // namespace h2k::test
