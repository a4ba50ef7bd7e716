// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"
#include "convert/base/text.h"
#include "convert/confine/program/steps.h"
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace h2k {

namespace {

// <linux/landlock.h>, of which Debian 12 has an older one than kernels may have.
struct Ruleset {
    std::uint64_t files, network, scoped;
};
struct [[gnu::packed]] BelowPath {
    std::uint64_t allowed;
    std::int32_t parent;
};
constexpr std::uint64_t execute = 1u << 0, write_file = 1u << 1, read_file = 1u << 2, read_folder = 1u << 3,
                        refer = 1u << 13, truncate = 1u << 14, use_device = 1u << 15;
constexpr std::uint64_t first_version = (1u << 13) - 1;
constexpr std::uint64_t all_tcp = 3, all_scopes = 3;
constexpr int rule_below_path = 1, ask_version = 1;

/// What the rights of a file, unlike those of a folder, may be.
constexpr std::uint64_t of_files = execute | write_file | read_file | truncate | use_device;
constexpr std::uint64_t to_read = read_file | read_folder, to_run = to_read | execute;

constexpr std::array system_folders{"/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin"};
constexpr std::array system_files{"/etc/ld.so.cache", "/etc/localtime", "/dev/urandom",  "/dev/random",
                                  "/proc/self",       "/proc/meminfo",  "/proc/cpuinfo", "/sys/devices/system/cpu"};
constexpr std::array system_devices{"/dev/null", "/dev/zero", "/dev/full"};

long version() { return syscall(SYS_landlock_create_ruleset, nullptr, 0, ask_version); }

std::uint64_t rights_of(long version) {
    return first_version | (version >= 2 ? refer : 0) | (version >= 3 ? truncate : 0) | (version >= 5 ? use_device : 0);
}

class Rules {
  public:
    explicit Rules(long version) : all_(rights_of(version)) {
        const Ruleset rules{
            .files = all_, .network = version >= 4 ? all_tcp : 0, .scoped = version >= 6 ? all_scopes : 0};
        const std::size_t size = version >= 6 ? sizeof rules : version >= 4 ? 16 : 8;
        set_ = Descriptor{static_cast<int>(syscall(SYS_landlock_create_ruleset, &rules, size, 0))};
    }
    [[nodiscard]] bool good() const { return static_cast<bool>(set_); }
    [[nodiscard]] std::uint64_t all() const { return all_; }

    [[nodiscard]] bool allow(int file, std::uint64_t rights) {
        struct stat st{};
        if (fstat(file, &st) != 0)
            return false;
        if (!S_ISDIR(st.st_mode))
            rights &= of_files;
        const BelowPath rule{.allowed = rights & all_, .parent = file};
        // Pipes, sockets and files without a name cannot be opened again anyway.
        return syscall(SYS_landlock_add_rule, set_.get(), rule_below_path, &rule, 0) == 0 || errno == EBADFD ||
               errno == EBADF;
    }
    /// A path that does not exist needs no rule.
    [[nodiscard]] bool allow(const char *path, std::uint64_t rights) {
        const Descriptor file{open(path, O_PATH | O_CLOEXEC)};
        return file ? allow(file.get(), rights) : errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    }
    [[nodiscard]] bool enforce() { return syscall(SYS_landlock_restrict_self, set_.get(), 0) == 0; }

  private:
    std::uint64_t all_;
    Descriptor set_;
};

bool allow_system(Rules &rules, const std::string &program) {
    bool good = program.find('/') == std::string::npos || rules.allow(program.c_str(), to_run);
    for (const char *folder : system_folders)
        good = good && rules.allow(folder, to_run);
    for (const char *file : system_files)
        good = good && rules.allow(file, to_read);
    for (const char *device : system_devices)
        good = good && rules.allow(device, read_file | write_file);
    return good;
}

/// What is open stays usable, for what it was opened for.
bool allow_open_files(Rules &rules) {
    DIR *list = opendir("/proc/self/fd");
    if (!list)
        return false;
    bool good = true;
    while (const dirent *entry = readdir(list)) {
        const auto fd = parse_number<unsigned>(entry->d_name, 0, G_MAXINT);
        const int file = fd ? static_cast<int>(*fd) : -1;
        const int flags = file == dirfd(list) ? -1 : fcntl(file, F_GETFL);
        if (flags < 0 || (flags & O_PATH) != 0)
            continue;
        const bool writes = (flags & O_ACCMODE) != O_RDONLY;
        good = good && rules.allow(file, to_read | (writes ? write_file | truncate | use_device : 0));
    }
    closedir(list);
    return good;
}

} // namespace

Result<> leave_files(const Orders &orders) {
    const long supported = version();
    if (supported < 1)
        return {};
    Rules rules{supported};
    bool good = rules.good() && allow_system(rules, orders.program.front()) && allow_open_files(rules);
    for (const auto &path : orders.readable)
        good = good && rules.allow(path.c_str(), to_read);
    if (!orders.folder.empty()) // the current one; its path may lead through folders that are closed now
        good = good && rules.allow(".", rules.all() & ~execute);
    for (const auto &path : orders.writable)
        good = good && rules.allow(path.c_str(), rules.all() & ~execute);
    if (!good || !rules.enforce())
        return fail(H2K_ERROR_FAILED, "landlock: %s", g_strerror(errno));
    return {};
}

} // namespace h2k
