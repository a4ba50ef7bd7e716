// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/work_folder.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::string_view prefix = ".virt-hyper2kvm-";
constexpr std::string_view mark = "virt-hyper2kvm job\n";

Descriptor lock_in(const std::string &folder) {
    return Descriptor{open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

void remove_all(const std::string &folder) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

/// Does it look like a folder that one of our jobs created?
bool looks_ours(const std::filesystem::directory_entry &entry) {
    struct ::stat st{};
    return entry.path().filename().string().starts_with(prefix) && lstat(entry.path().c_str(), &st) == 0 &&
           S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 07067) == 0;
}

/// The mark is written under the lock, which is held as long as the job lives: a mark without a lock is from a dead
/// job.
void remove_if_abandoned(const std::string &folder) {
    const Descriptor lock{open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!lock)
        return;
    std::array<char, mark.size()> found{};
    if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0 &&
        read(lock.get(), found.data(), found.size()) == ssize_t{mark.size()} &&
        std::string_view{found.data(), found.size()} == mark)
        remove_all(folder);
}

void remove_abandoned(const std::string &parent) {
    std::error_code error;
    std::filesystem::directory_iterator entry{parent, error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
        if (looks_ours(*entry))
            remove_if_abandoned(entry->path());
}

} // namespace

std::string work_parent() {
    const char *chosen = g_getenv("VIRT_HYPER2KVM_TMPDIR");
    return chosen && *chosen ? absolute_path(chosen) : "/var/tmp";
}

Result<std::unique_ptr<WorkFolder>> WorkFolder::create(const std::string &parent) {
    remove_abandoned(parent);
    std::string path = parent + "/" + std::string{prefix} + "XXXXXX";
    if (!mkdtemp(path.data()))
        return fail(H2K_ERROR_TARGET, _("Cannot write in “%s”: %s."), parent.c_str(), g_strerror(errno));
    Descriptor lock = lock_in(path);
    if (!lock || flock(lock.get(), LOCK_EX) != 0 || (errno = write_all(lock.get(), mark)) != 0) {
        const int why = errno;
        remove_all(path);
        return fail(H2K_ERROR_TARGET, _("Cannot lock “%s”: %s."), path.c_str(), g_strerror(why));
    }
    return std::unique_ptr<WorkFolder>{new WorkFolder{std::move(path), std::move(lock)}};
}

WorkFolder::~WorkFolder() { remove_all(path_); }

} // namespace h2k
