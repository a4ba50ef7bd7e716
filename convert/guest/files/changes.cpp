// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/changes.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/files/replace.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr off_t most_copied_in = 256 << 20;
constexpr std::size_t longest_label = 4096;

/// What is uploaded is what was checked: the file is named by its descriptor from here on.
Result<> upload(const Handle &handle, const std::string &from, const std::string &to) {
    const auto real = H2K_TRY(real_path(from));
    // Without O_NONBLOCK a FIFO would wait for its writer.
    const Descriptor file{open(real.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat found{};
    if (!file || fstat(file.get(), &found) != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot read “%s”: %s."), from.c_str(), g_strerror(errno));
    if (!S_ISREG(found.st_mode))
        return fail(H2K_ERROR_FAILED, _("“%s” is not a regular file."), from.c_str());
    if (found.st_size > most_copied_in)
        return fail(H2K_ERROR_FAILED, _("“%s” is longer than %d MiB."), from.c_str(), 256);
    const auto opened = "/proc/self/fd/" + std::to_string(file.get());
    if (guestfs_upload(handle.call(&CallLimits::work), opened.c_str(), to.c_str()) < 0)
        return handle.failed(sentence(_("Copying “%s” into the guest"), from.c_str()));
    return {};
}

/// cp -a demands what vfat cannot store; there only the content is copied, and the attributes that vfat has.
Result<> copy_with_attributes(const Handle &handle, const std::string &from, const std::string &part) {
    if (guestfs_cp_a(handle.call(&CallLimits::work), from.c_str(), part.c_str()) == 0)
        return {};
    if (handle.alive() && guestfs_cp(handle.call(&CallLimits::work), from.c_str(), part.c_str()) == 0)
        return copy_attributes(handle, from, part);
    return handle.failed(sentence(_("Copying “%s” in the guest"), from.c_str()));
}

} // namespace

Result<> write_whole(const Handle &handle, const WriteFile &write) {
    const FileAttributes attributes{.mode = write.mode, .owner = write.owner};
    return replace_file(handle, write.path, attributes, [&](const std::string &part) -> Result<> {
        if (guestfs_write(handle.call(), part.c_str(), write.content.data(), write.content.size()) < 0)
            return handle.failed(sentence(_("Writing “%s” in the guest"), write.path.c_str()));
        return {};
    });
}

Result<> remove_file(const Handle &handle, const std::string &path) {
    const auto target = H2K_TRY(resolve_above(handle, path));
    const auto old = H2K_TRY(stat_of(handle, target, false));
    if (!old)
        return {};
    if (is_folder(*old) ? guestfs_rmdir(handle.call(), target.c_str()) < 0
                        : guestfs_rm(handle.call(), target.c_str()) < 0)
        return handle.failed(sentence(_("Removing “%s” in the guest"), path.c_str()));
    return {};
}

Result<> make_guest_folder(const Handle &handle, const MakeFolder &make) {
    const auto target = H2K_TRY(resolve(handle, make.path));
    const bool exists = H2K_TRY(stat_of(handle, target, false)) != nullptr;
    H2K_CHECK(make_folders(handle, exists ? target : folder_of(target), 0755));
    if (exists)
        return {};
    H2K_CHECK(make_folders(handle, target, 0700)); // closed until it has its owner
    return set_attributes(handle, {.mode = make.mode, .owner = make.owner}, target);
}

Result<> make_link(const Handle &handle, const MakeLink &make) {
    const auto target = H2K_TRY(resolve_above(handle, make.path));
    H2K_CHECK(make_folders(handle, folder_of(target), 0755));
    const auto old = H2K_TRY(stat_of(handle, target, false));
    if (old && !is_regular(*old) && !is_link(*old))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is neither a file nor a link."), make.path.c_str());
    const auto part = part_of(target);
    guestfs_rm_f(handle.call(), part.c_str());
    if (guestfs_ln_s(handle.call(), make.to.c_str(), part.c_str()) < 0)
        return handle.failed(sentence(_("Making the link “%s” in the guest"), make.path.c_str()));
    label_like_folder(handle, part);
    if (guestfs_rename(handle.call(), part.c_str(), target.c_str()) == 0)
        return {};
    auto error = handle.failed(sentence(_("Making the link “%s” in the guest"), make.path.c_str()));
    if (handle.alive())
        guestfs_rm_f(handle.call(), part.c_str());
    return error;
}

Result<> copy_in(const Handle &handle, const CopyIn &copy) {
    const FileAttributes attributes{.mode = copy.mode, .owner = {}, .like_old = false};
    return replace_file(handle, copy.path, attributes,
                        [&](const std::string &part) { return upload(handle, copy.from, part); });
}

Result<> copy_file(const Handle &handle, const CopyFile &copy) {
    const auto from = H2K_TRY(resolve(handle, copy.from));
    const auto file = H2K_TRY(stat_of(handle, from, false));
    if (!file || !is_regular(*file))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a regular file."), copy.from.c_str());
    return replace_file(handle, copy.path, std::nullopt,
                        [&](const std::string &part) { return copy_with_attributes(handle, from, part); });
}

Result<> set_labels(const Handle &handle, const SetLabels &set) {
    for (const auto &[path, label] : set.labels) {
        const auto target = H2K_TRY(resolve_above(handle, path));
        if (label.size() >= longest_label || !H2K_TRY(stat_of(handle, target, false)))
            continue;
        // The kernel and libselinux store the NUL too.
        if (guestfs_lsetxattr(handle.call(), "security.selinux", label.c_str(), static_cast<int>(label.size() + 1),
                              target.c_str()) < 0 &&
            !(handle.alive() && handle.last_errno() == ENOTSUP))
            return handle.failed(sentence(_("Setting the SELinux label of “%s” in the guest"), path.c_str()));
    }
    return {};
}

} // namespace h2k
