// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/paths.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/model/guest_links.h"
#include <cerrno>

namespace h2k {

namespace {

/// Is the failure of the call just made that there is nothing at the path?
bool is_absent(const Handle &handle) {
    const int why = handle.last_errno();
    return handle.alive() && (why == ENOENT || why == ENOTDIR || why == ELOOP);
}

} // namespace

Result<Owned<FileStatus>> stat_of(const Handle &handle, const std::string &path, bool follow) {
    Owned<FileStatus> found{follow ? guestfs_statns(handle.call(), path.c_str())
                                   : guestfs_lstatns(handle.call(), path.c_str())};
    if (!found && !is_absent(handle))
        return handle.failed(sentence(_("Examining “%s” in the guest"), path.c_str()));
    return found;
}

Result<std::string> resolve(const Handle &handle, const std::string &path) {
    if (const Owned<char> real{guestfs_realpath(handle.call(), path.c_str())})
        return std::string{real.get()};
    if (!handle.alive())
        return handle.failed(sentence(_("Looking at “%s” in the guest"), path.c_str()));
    const auto link = [&](const std::string &at) { return read_link(handle, at); };
    const auto found = path.starts_with('/') ? H2K_TRY(follow_links(path, true, link)) : std::nullopt;
    if (!found)
        return fail(H2K_ERROR_FAILED, _("“%s” is no path in the guest that can be followed."), path.c_str());
    return *found;
}

Result<std::string> resolve_above(const Handle &handle, const std::string &path) {
    const auto folder = H2K_TRY(resolve(handle, folder_of(path)));
    return (folder.size() == 1 ? "" : folder) + "/" + base_name(path);
}

Result<std::optional<std::string>> read_link(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, false));
    if (!file || !is_link(*file))
        return std::nullopt;
    const Owned<char> to{guestfs_readlink(handle.call(), path.c_str())};
    if (!to)
        return handle.failed(sentence(_("Reading the link “%s” in the guest"), path.c_str()));
    return std::string{to.get()};
}

Result<> make_folders(const Handle &handle, const std::string &folder, unsigned mode) {
    const auto there = H2K_TRY(stat_of(handle, folder, true));
    if (there && !is_folder(*there))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a folder."), folder.c_str());
    if (there)
        return {};
    H2K_CHECK(make_folders(handle, folder_of(folder), mode));
    if (guestfs_mkdir_mode(handle.call(), folder.c_str(), static_cast<int>(mode)) < 0)
        return handle.failed(sentence(_("Making the folder “%s” in the guest"), folder.c_str()));
    label_like_folder(handle, folder);
    return {};
}

void label_like_folder(const Handle &handle, const std::string &path) {
    constexpr const char *name = "security.selinux";
    std::size_t size = 0;
    const Owned<char> label{guestfs_lgetxattr(handle.call(), folder_of(path).c_str(), name, &size)};
    if (label && size > 0 && size < 4096)
        guestfs_lsetxattr(handle.call(), name, label.get(), static_cast<int>(size), path.c_str());
}

} // namespace h2k
