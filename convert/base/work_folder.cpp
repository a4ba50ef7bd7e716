// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/work_folder.h"
#include "convert/base/i18n.h"
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::string_view prefix = ".virt-hyper2kvm-";

int lock_in(const std::string &folder) {
    return open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

void remove_all(const std::string &folder) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

/// Ours, and with nobody holding its lock: its job died.
bool is_abandoned(const std::filesystem::directory_entry &entry) {
    std::error_code error;
    if (!entry.path().filename().string().starts_with(prefix) || entry.is_symlink(error) || !entry.is_directory(error))
        return false;
    struct ::stat st{};
    if (lstat(entry.path().c_str(), &st) != 0 || st.st_uid != geteuid())
        return false;
    const int lock = open((entry.path() / "lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0)
        return false;
    const bool free = flock(lock, LOCK_EX | LOCK_NB) == 0;
    close(lock);
    return free;
}

void remove_abandoned(const std::string &parent) {
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator{parent, error})
        if (is_abandoned(entry))
            remove_all(entry.path());
}

} // namespace

Result<std::unique_ptr<WorkFolder>> WorkFolder::create(const std::string &parent) {
    remove_abandoned(parent);
    std::string path = parent + "/" + std::string{prefix} + "XXXXXX";
    if (!mkdtemp(path.data()))
        return fail(H2K_ERROR_TARGET, _("Cannot write in “%s”: %s."), parent.c_str(), g_strerror(errno));
    const int lock = lock_in(path);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) {
        const int why = errno;
        remove_all(path);
        return fail(H2K_ERROR_TARGET, _("Cannot lock “%s”: %s."), path.c_str(), g_strerror(why));
    }
    return std::unique_ptr<WorkFolder>{new WorkFolder{std::move(path), lock}};
}

WorkFolder::~WorkFolder() {
    remove_all(path_);
    close(lock_);
}

} // namespace h2k
