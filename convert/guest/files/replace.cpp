// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/replace.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/guest/files/paths.h"
#include <cerrno>

namespace h2k {

namespace {

constexpr unsigned permissions = 07777, others = 077;

/// Is the failure of the call just made that the file system cannot store such a thing?  The appliance's root may do
/// all else; vfat has neither owners nor extended attributes, and of a mode only whether a file may be written.
bool is_unkept(const Handle &handle) {
    const int why = handle.last_errno();
    return handle.alive() && (why == EPERM || why == ENOTSUP || why == ENOSYS);
}

Result<> set_owner(const Handle &handle, const std::string &part, int uid, int gid, unsigned mode) {
    // In this order: chown(2) clears the set-user-ID bits.
    if ((guestfs_chown(handle.call(), uid, gid, part.c_str()) < 0 && !is_unkept(handle)) ||
        (guestfs_chmod(handle.call(), static_cast<int>(mode & permissions), part.c_str()) < 0 && !is_unkept(handle)))
        return handle.failed(sentence(_("Setting owner and mode of “%s” in the guest"), part.c_str()));
    return {};
}

} // namespace

Result<> copy_attributes(const Handle &handle, const std::string &path, const std::string &part) {
    struct guestfs_copy_attributes_argv options{};
    options.bitmask = GUESTFS_COPY_ATTRIBUTES_ALL_BITMASK;
    options.all = 1;
    if (guestfs_copy_attributes_argv(handle.call(), path.c_str(), part.c_str(), &options) == 0)
        return {};
    if (!is_unkept(handle))
        return handle.failed(sentence(_("Copying owner, mode and labels to the new “%s”"), path.c_str()));
    const auto old = H2K_TRY(stat_of(handle, path, false));
    if (!old)
        return {};
    return set_owner(handle, part, static_cast<int>(old->st_uid), static_cast<int>(old->st_gid),
                     static_cast<unsigned>(old->st_mode));
}

Result<> set_attributes(const Handle &handle, const FileAttributes &attributes, const std::string &part) {
    H2K_CHECK(set_owner(handle, part, static_cast<int>(attributes.owner.uid), static_cast<int>(attributes.owner.gid),
                        attributes.mode));
    label_like_folder(handle, part);
    return {};
}

Result<> replace_file(const Handle &handle, const std::string &path, const std::optional<FileAttributes> &attributes,
                      const std::function<Result<>(const std::string &part)> &fill) {
    const auto folder = H2K_TRY(resolve(handle, folder_of(path)));
    H2K_CHECK(make_folders(handle, folder, attributes && !(attributes->mode & others) ? 0700 : 0755));
    const auto target = H2K_TRY(resolve(handle, path));
    const auto old = H2K_TRY(stat_of(handle, target, false));
    if (old && !is_regular(*old))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a regular file."), path.c_str());
    const auto part = part_of(target);
    guestfs_rm_f(handle.call(), part.c_str());
    const auto make = [&]() -> Result<> {
        H2K_CHECK(fill(part));
        if (attributes)
            H2K_CHECK(old && attributes->like_old ? copy_attributes(handle, target, part)
                                                  : set_attributes(handle, *attributes, part));
        if (guestfs_rename(handle.call(), part.c_str(), target.c_str()) < 0)
            return handle.failed(sentence(_("Writing “%s” in the guest"), target.c_str()));
        return {};
    };
    auto made = make();
    // What a full or broken guest left half-written must not stay.
    if (!made && handle.alive())
        guestfs_rm_f(handle.call(), part.c_str());
    return made;
}

} // namespace h2k
