// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/qemu_user.h"
#include "convert/base/files.h"
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t entry_size = 16384;

std::optional<QemuUser> account(const char *name) {
    std::string buffer(entry_size, '\0');
    passwd entry{}, *found = nullptr;
    if (getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return std::nullopt;
    QemuUser user{.name = name, .uid = entry.pw_uid, .main_group = entry.pw_gid, .own_group = entry.pw_gid};
    struct group group{}, *own = nullptr;
    if (getgrnam_r(name, &group, buffer.data(), buffer.size(), &own) == 0 && own)
        user.own_group = own->gr_gid;
    return user;
}

constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Neither @path nor its parent folder may be a link.
Descriptor open_folder(const std::string &path) {
    const Descriptor above{open(folder_of(path).c_str(), as_folder)};
    return Descriptor{above ? openat(above.get(), base_name(path).c_str(), as_folder) : -1};
}

/// A folder that nobody else can enter: a job's own.
bool is_private_to_us(const struct stat &st) { return st.st_uid == geteuid() && (st.st_mode & 07777) == 0700; }

} // namespace

std::optional<QemuUser> find_qemu_user() {
    if (geteuid() != 0)
        return std::nullopt;
    for (const char *name : {"libvirt-qemu", "qemu"})
        if (auto user = account(name); user && user->uid != 0)
            return user;
    return std::nullopt;
}

FolderAccess::FolderAccess(const QemuUser &user, const std::string &folder) {
    // The job's folder, and its parent if that is the folder of the whole job.
    for (std::string at = folder; at == folder || base_name(at).starts_with(".virt-hyper2kvm-"); at = folder_of(at)) {
        auto opened = open_folder(at);
        struct stat st{};
        if (!opened || fstat(opened.get(), &st) != 0 || !is_private_to_us(st) ||
            fchown(opened.get(), static_cast<uid_t>(-1), user.own_group) != 0)
            return;
        const int fd = opened.get();
        opened_.push_back({.folder = std::move(opened), .group = st.st_gid});
        if (fchmod(fd, 0710) != 0)
            return;
    }
}

FolderAccess::~FolderAccess() {
    for (const auto &[folder, group] : opened_) {
        [[maybe_unused]] const bool restored =
            fchmod(folder.get(), 0700) == 0 && fchown(folder.get(), static_cast<uid_t>(-1), group) == 0;
    }
}

} // namespace h2k
