// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/folders/safe_folder.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <vector>

namespace h2k {

template <> struct Release<DIR> {
    void operator()(DIR *p) const noexcept { closedir(p); }
};

namespace {

constexpr int as_folder = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr int deepest = 64; ///< folders in one another, in a folder that is emptied

/// Is @user one that does not exist here, as root of the host in a user namespace without it?  user_namespaces(7)
bool is_of_outside(uid_t user) {
    const auto none = read_file("/proc/sys/kernel/overflowuid", 64).value_or("");
    if (parse_number<unsigned>(trim(none)) != std::optional<unsigned>{user})
        return false;
    const auto has = [user](const std::string &range) {
        const auto parts = words(range);
        const auto from = parts.size() == 3 ? parse_number(parts[0]) : std::nullopt;
        const auto count = from ? parse_number(parts[2]) : std::nullopt;
        return !count || (user >= *from && user - *from < *count);
    };
    const auto map = lines(read_file("/proc/self/uid_map", 4096).value_or(""));
    return !map.empty() && std::ranges::none_of(map, has);
}

/// Whoever called sudo to become root could as well do anything else as root.
bool is_trusted(uid_t user) {
    if (user == 0 || user == geteuid() || is_of_outside(user))
        return true;
    const char *caller = geteuid() == 0 ? g_getenv("SUDO_UID") : nullptr;
    return caller && parse_number<unsigned>(caller) == std::optional<unsigned>{user};
}

std::string name_of_user(uid_t user) {
    std::array<char, 4096> space{};
    passwd entry{}, *found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found)
        return found->pw_name;
    return std::to_string(user);
}

/// Has the @group no member but one trusted user, as a user's own group has?
bool is_group_of_one(gid_t group) {
    if (group == 0)
        return true;
    std::array<char, 16384> space{};
    struct group entry{}, *found = nullptr;
    if (getgrgid_r(group, &entry, space.data(), space.size(), &found) != 0 || !found)
        return false;
    passwd user{}, *owner = nullptr;
    std::array<char, 4096> more{};
    if (getpwnam_r(found->gr_name, &user, more.data(), more.size(), &owner) != 0 || !owner || owner->pw_gid != group ||
        !is_trusted(owner->pw_uid))
        return false;
    for (char **member = found->gr_mem; *member; ++member)
        if (!g_str_equal(*member, found->gr_name))
            return false;
    return true;
}

Result<> require_safe(const std::string &path, const struct stat &st) {
    if (!is_trusted(st.st_uid))
        return fail(H2K_ERROR_TARGET,
                    _("The folder “%s” belongs to the user %s, who could swap files in it during the work; run the "
                      "command as that user, or choose another folder."),
                    printable(path).c_str(), name_of_user(st.st_uid).c_str());
    const bool others = (st.st_mode & S_IWOTH) != 0;
    const bool group = (st.st_mode & S_IWGRP) != 0 && !is_group_of_one(st.st_gid);
    if ((others || group) && (st.st_mode & S_ISVTX) == 0)
        return fail(
            H2K_ERROR_TARGET,
            _("Other users can write the folder “%s” of the user %s, and could swap files in it during the work; "
              "choose another folder, or change its mode."),
            printable(path).c_str(), name_of_user(st.st_uid).c_str());
    return {};
}

} // namespace

Result<Descriptor> safe_folder(const std::string &path) {
    const auto real = H2K_TRY(real_path(path));
    Descriptor folder{open("/", O_PATH | as_folder)};
    std::string at = "/";
    for (const auto &name : split(real, '/')) {
        if (!name.empty()) {
            folder = Descriptor{openat(folder.get(), name.c_str(), O_PATH | as_folder)};
            at += (at.ends_with('/') ? "" : "/") + name;
        }
        struct stat st{};
        if (!folder || fstat(folder.get(), &st) != 0)
            return fail(H2K_ERROR_TARGET, _("Cannot open the folder “%s”: %s."), printable(at).c_str(),
                        g_strerror(errno));
        H2K_CHECK(require_safe(at, st));
    }
    return folder;
}

namespace {

void empty(const Descriptor &folder, int depth, dev_t device, std::string_view kept) {
    for (const auto &name : names_in(folder)) {
        if (name == kept || unlinkat(folder.get(), name.c_str(), 0) == 0 || depth == deepest)
            continue;
        const Descriptor inner{openat(folder.get(), name.c_str(), O_RDONLY | as_folder)};
        struct stat st{};
        if (!inner || fstat(inner.get(), &st) != 0 || st.st_dev != device)
            continue;
        empty(inner, depth + 1, device, {});
        unlinkat(folder.get(), name.c_str(), AT_REMOVEDIR);
    }
}

} // namespace

std::vector<std::string> names_in(const Descriptor &folder) {
    std::vector<std::string> names;
    Descriptor own{openat(folder.get(), ".", O_RDONLY | as_folder)};
    const Owned<DIR> stream{own ? fdopendir(own.get()) : nullptr};
    if (!stream)
        return names;
    (void)own.release(); // the stream closes it
    while (const dirent *entry = readdir(stream.get()))
        if (const std::string name = entry->d_name; name != "." && name != "..")
            names.push_back(name);
    return names;
}

void empty_folder(const Descriptor &folder, std::string_view kept) {
    struct stat st{};
    if (fstat(folder.get(), &st) == 0)
        empty(folder, 0, st.st_dev, kept);
}

} // namespace h2k
