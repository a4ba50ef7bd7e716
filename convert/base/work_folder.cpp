// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/work_folder.h"
#include "convert/base/files.h"
#include "convert/base/folders/safe_folder.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::string_view prefix = ".virt-hyper2kvm-";
constexpr const char *lock_name = "lock";
constexpr std::string_view mark = "virt-hyper2kvm job\n";
constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int most_tries = 100;

/// Is @folder one that our jobs create?
bool is_ours(const Descriptor &folder) {
    struct stat st{};
    return folder && fstat(folder.get(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           (st.st_mode & 07066) == 0;
}

/// No other job makes or removes folders in the parent while this one holds its lock.  Nothing depends on another
/// user's not holding it for long.
Descriptor lock_parent(const Descriptor &parent) {
    constexpr int tries = 100;
    constexpr gulong pause = 50'000; // microseconds
    Descriptor folder{openat(parent.get(), ".", as_folder)};
    for (int i = 0; folder && i < tries; ++i) {
        if (flock(folder.get(), LOCK_EX | LOCK_NB) == 0)
            return folder;
        if (errno != EWOULDBLOCK)
            break;
        g_usleep(pause);
    }
    return Descriptor{};
}

/// The mark is written under the lock, which is held as long as the job lives: a mark without a lock is from a dead
/// job.  One that died before it wrote its mark left a folder without; @alone: no living job is at that point.
bool is_abandoned(const Descriptor &folder, bool alone) {
    const Descriptor lock{openat(folder.get(), lock_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!lock)
        return alone && errno == ENOENT && names_in(folder).empty();
    std::array<char, mark.size()> found{};
    if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return false;
    const ssize_t size = read(lock.get(), found.data(), found.size());
    return size == ssize_t{mark.size()} ? std::string_view{found.data(), found.size()} == mark : alone && size == 0;
}

/// The lock goes last: what remains where a job is killed meanwhile must be known as abandoned.
void remove_folder(const Descriptor &parent, const Descriptor &folder, const std::string &name) {
    empty_folder(folder, lock_name);
    unlinkat(folder.get(), lock_name, 0);
    unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
}

void remove_abandoned(const Descriptor &parent, bool alone) {
    for (const auto &name : names_in(parent)) {
        if (!name.starts_with(prefix))
            continue;
        const Descriptor folder{openat(parent.get(), name.c_str(), as_folder)};
        if (!is_ours(folder) || !is_abandoned(folder, alone))
            continue;
        remove_folder(parent, folder, name);
    }
}

/// Creates a folder of a name that is not in use; @name gets it.
Descriptor make_folder_in(const Descriptor &parent, std::string &name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < most_tries; ++i) {
        name = prefix;
        for (int letter = 0; letter < 8; ++letter)
            name += letters[g_random_int_range(0, letters.size())];
        if (mkdirat(parent.get(), name.c_str(), 0700) == 0) {
            Descriptor folder{openat(parent.get(), name.c_str(), as_folder)};
            if (folder && !is_ours(folder)) {
                folder.reset();
                errno = EEXIST; // somebody has put another in its place
            }
            return folder;
        }
        if (errno != EEXIST)
            break;
    }
    return Descriptor{};
}

Descriptor lock_in(const Descriptor &folder) {
    Descriptor lock{openat(folder.get(), lock_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!lock || flock(lock.get(), LOCK_EX) != 0)
        return Descriptor{};
    if (const int why = write_all(lock.get(), mark); why != 0) {
        errno = why;
        lock.reset();
    }
    return lock;
}

} // namespace

std::string work_parent() {
    const char *chosen = g_getenv("VIRT_HYPER2KVM_TMPDIR");
    return chosen && *chosen ? absolute_path(chosen) : "/var/tmp";
}

Result<std::unique_ptr<WorkFolder>> WorkFolder::create(const std::string &parent) {
    const auto resolved = real_path(parent); // a link may lie where others can swap it
    if (!resolved)
        return fail(H2K_ERROR_TARGET, _("Cannot write in “%s”: %s."), printable(parent).c_str(), g_strerror(errno));
    const auto &real = *resolved;
    Held held{.parent = H2K_TRY(safe_folder(real)), .folder = Descriptor{}, .lock = Descriptor{}};
    const auto alone = lock_parent(held.parent);
    remove_abandoned(held.parent, static_cast<bool>(alone));
    std::string name;
    held.folder = make_folder_in(held.parent, name);
    if (!held.folder)
        return fail(H2K_ERROR_TARGET, _("Cannot write in “%s”: %s."), printable(parent).c_str(), g_strerror(errno));
    auto path = real + "/" + name;
    held.lock = lock_in(held.folder);
    if (!held.lock) {
        const int why = errno;
        remove_folder(held.parent, held.folder, name);
        return fail(H2K_ERROR_TARGET, _("Cannot lock “%s”: %s."), printable(path).c_str(), g_strerror(why));
    }
    return std::unique_ptr<WorkFolder>{new WorkFolder{std::move(path), std::move(held)}};
}

WorkFolder::~WorkFolder() { remove_folder(held_.parent, held_.folder, base_name(path_)); }

} // namespace h2k
