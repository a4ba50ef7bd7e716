// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/guest_files.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/guest/mounted_guest.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace h2k {

// libguestfs has functions of the same names.
using FileStatus = struct guestfs_statns;
using RoomStatus = struct guestfs_statvfs;

template <> struct Release<FileStatus> {
    void operator()(FileStatus *p) const noexcept { guestfs_free_statns(p); }
};
template <> struct Release<RoomStatus> {
    void operator()(RoomStatus *p) const noexcept { guestfs_free_statvfs(p); }
};

namespace {

constexpr std::int64_t most_read = 16 << 20, most_image = 512 << 20;
constexpr int read_step = 2 << 20; ///< a message of libguestfs holds 4 MiB
constexpr int most_links = 40;     ///< as the kernel follows

/// Is the failure of the call just made that there is nothing at the path?
bool is_absent(const Handle &handle) {
    const int why = guestfs_last_errno(handle.raw());
    return handle.alive() && (why == ENOENT || why == ENOTDIR || why == ELOOP);
}

/// Null: nothing there.
Result<Owned<FileStatus>> stat_of(const Handle &handle, const std::string &path, bool follow) {
    Owned<FileStatus> found{follow ? guestfs_statns(handle.raw(), path.c_str())
                                   : guestfs_lstatns(handle.raw(), path.c_str())};
    if (!found && !is_absent(handle))
        return handle.failed(sentence(_("Looking at “%s” in the guest"), path.c_str()));
    return found;
}

bool is_regular(const FileStatus &file) { return S_ISREG(static_cast<mode_t>(file.st_mode)); }

/// Hands the @size bytes of the file at @path to @take.  The appliance has no say in how many come, nor in how many
/// calls: a piece that is not as long as was asked is an error.
template <typename Take>
Result<> in_pieces(const Handle &handle, const std::string &path, std::int64_t size, Take take) {
    for (std::int64_t at = 0; at < size;) {
        const auto wanted = std::min<std::int64_t>(read_step, size - at);
        std::size_t got = 0;
        const Owned<char> piece{guestfs_pread(handle.raw(), path.c_str(), static_cast<int>(wanted), at, &got)};
        if (!piece)
            return handle.failed(sentence(_("Reading “%s” in the guest"), path.c_str()));
        if (!std::in_range<std::int64_t>(got) || static_cast<std::int64_t>(got) != wanted)
            return fail(H2K_ERROR_FAILED, _("“%s” in the guest changed its length while it was read."), path.c_str());
        H2K_CHECK(take(std::string_view{piece.get(), got}));
        at += wanted;
    }
    return {};
}

/// Appends @piece to @fd.
Result<> store(int fd, std::string_view piece) {
    while (!piece.empty()) {
        const auto written = write(fd, piece.data(), piece.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail(H2K_ERROR_FAILED, _("A file of the guest cannot be kept in memory: %s."), g_strerror(errno));
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> resolve_within(const Handle &handle, const std::string &path, int links) {
    if (path.empty() || path[0] != '/' || links == 0)
        return fail(H2K_ERROR_FAILED, _("“%s” is no path in the guest that can be followed."), path.c_str());
    if (const Owned<char> real{guestfs_realpath(handle.raw(), path.c_str())})
        return std::string{real.get()};
    if (!handle.alive())
        return handle.failed(sentence(_("Looking at “%s” in the guest"), path.c_str()));
    const auto name = base_name(path);
    const auto folder = H2K_TRY(resolve_within(handle, folder_of(path), links - 1));
    if (name == "." || name == "..")
        return name == "." ? folder : folder_of(folder);
    const auto here = (folder.size() == 1 ? "" : folder) + "/" + name;
    const auto to = H2K_TRY(read_link(handle, here));
    if (!to)
        return here;
    return resolve_within(handle, to->starts_with('/') ? *to : folder + "/" + *to, links - 1);
}

Result<> make_folders(const Handle &handle, const std::string &folder, int mode) {
    const auto there = H2K_TRY(stat_of(handle, folder, true));
    if (there && !S_ISDIR(static_cast<mode_t>(there->st_mode)))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a folder."), folder.c_str());
    if (there)
        return {};
    H2K_CHECK(make_folders(handle, folder_of(folder), mode));
    if (guestfs_mkdir_mode(handle.raw(), folder.c_str(), mode) < 0)
        return handle.failed(sentence(_("Making the folder “%s” in the guest"), folder.c_str()));
    return {};
}

/// New files of an SELinux guest would have no label at all; that of the folder is right for nearly all of them.
void label_like_folder(const Handle &handle, const std::string &path) {
    constexpr const char *name = "security.selinux";
    std::size_t size = 0;
    const Owned<char> label{guestfs_lgetxattr(handle.raw(), folder_of(path).c_str(), name, &size)};
    if (label && size > 0 && size < 4096)
        guestfs_lsetxattr(handle.raw(), name, label.get(), static_cast<int>(size), path.c_str());
}

Result<> dress(const Handle &handle, const std::string &part, const std::string &target, bool exists, unsigned mode) {
    auto *g = handle.raw();
    if (exists) {
        struct guestfs_copy_attributes_argv options{};
        options.bitmask = GUESTFS_COPY_ATTRIBUTES_ALL_BITMASK;
        options.all = 1;
        if (guestfs_copy_attributes_argv(g, target.c_str(), part.c_str(), &options) < 0)
            return handle.failed(
                sentence(_("Giving the new “%s” the old one's owner, mode and labels"), target.c_str()));
        return {};
    }
    if (guestfs_chown(g, 0, 0, part.c_str()) < 0 || guestfs_chmod(g, static_cast<int>(mode & 07777), part.c_str()) < 0)
        return handle.failed(sentence(_("Setting owner and mode of “%s” in the guest"), target.c_str()));
    label_like_folder(handle, part);
    return {};
}

/// A file that a full or broken guest left half-written must not stay.
Result<> write_part(const Handle &handle, const std::string &part, const std::string &content,
                    const std::string &target, bool exists, unsigned mode) {
    auto *g = handle.raw();
    guestfs_rm_f(g, part.c_str());
    if (guestfs_write(g, part.c_str(), content.data(), content.size()) < 0)
        return handle.failed(sentence(_("Writing “%s” in the guest"), target.c_str()));
    H2K_CHECK(dress(handle, part, target, exists, mode));
    if (guestfs_rename(g, part.c_str(), target.c_str()) < 0)
        return handle.failed(sentence(_("Writing “%s” in the guest"), target.c_str()));
    return {};
}

/// Three times its size must be free: for the copy, and for the new version to be made beside the old one.
Result<bool> has_room(const Handle &handle, const std::string &folder, std::int64_t size) {
    const Owned<RoomStatus> room{guestfs_statvfs(handle.raw(), folder.c_str())};
    if (!room)
        return handle.failed(sentence(_("Looking for room in “%s” in the guest"), folder.c_str()));
    guint64 free = 0;
    if (!g_uint64_checked_mul(&free, static_cast<guint64>(room->bavail), static_cast<guint64>(room->frsize)))
        return true;
    return free / 3 >= static_cast<guint64>(size);
}

} // namespace

Result<std::string> resolve(const Handle &handle, const std::string &path) {
    return resolve_within(handle, path, most_links);
}

Result<std::optional<std::string>> read_regular(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return std::nullopt;
    if (file->st_size > most_read)
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is longer than %d MiB."), path.c_str(), 16);
    std::string content;
    H2K_CHECK(in_pieces(handle, path, file->st_size, [&](std::string_view piece) -> Result<> {
        content += piece;
        return {};
    }));
    return content;
}

Result<std::optional<std::string>> read_link(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, false));
    if (!file || !S_ISLNK(static_cast<mode_t>(file->st_mode)))
        return std::nullopt;
    const Owned<char> to{guestfs_readlink(handle.raw(), path.c_str())};
    if (!to)
        return handle.failed(sentence(_("Reading the link “%s” in the guest"), path.c_str()));
    return std::string{to.get()};
}

Result<> write_whole(const Handle &handle, const std::string &path, const std::string &content, unsigned mode) {
    constexpr unsigned others = 077;
    const auto folder = H2K_TRY(resolve(handle, folder_of(path)));
    H2K_CHECK(make_folders(handle, folder, mode & others ? 0755 : 0700));
    const auto target = H2K_TRY(resolve(handle, path));
    const auto old = H2K_TRY(stat_of(handle, target, false));
    if (old && !is_regular(*old))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a regular file."), path.c_str());
    const auto part = target + ".virt-hyper2kvm-new";
    auto written = write_part(handle, part, content, target, old != nullptr, mode);
    if (!written && handle.alive())
        guestfs_rm_f(handle.raw(), part.c_str());
    return written;
}

Result<> remove_file(const Handle &handle, const std::string &path) {
    const auto folder = H2K_TRY(resolve(handle, folder_of(path)));
    const auto target = folder + "/" + base_name(path);
    const auto old = H2K_TRY(stat_of(handle, target, false));
    if (!old)
        return {};
    if (S_ISDIR(static_cast<mode_t>(old->st_mode)))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is a folder, and only files are removed."), path.c_str());
    if (guestfs_rm(handle.raw(), target.c_str()) < 0)
        return handle.failed(sentence(_("Removing “%s” in the guest"), path.c_str()));
    return {};
}

Result<Kept> keep_copy(const Handle &handle, const std::string &path, const std::string &copy) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return Kept::absent;
    const auto folder = H2K_TRY(resolve(handle, folder_of(copy)));
    const auto target = folder + "/" + base_name(copy);
    if (H2K_TRY(stat_of(handle, target, false)))
        return Kept::yes;
    H2K_CHECK(make_folders(handle, folder, 0700));
    if (!H2K_TRY(has_room(handle, folder, file->st_size)))
        return Kept::no_room;
    const auto from = H2K_TRY(resolve(handle, path));
    if (guestfs_cp_a(handle.raw(), from.c_str(), target.c_str()) < 0) {
        auto error = handle.failed(sentence(_("Keeping the first version of “%s”"), path.c_str()));
        guestfs_rm_f(handle.raw(), target.c_str());
        return error;
    }
    return Kept::yes;
}

Result<Owned<GMappedFile>> fetch_image(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return fail(H2K_ERROR_FAILED, _("There is no initramfs image “%s” in the guest."), path.c_str());
    if (file->st_size > most_image)
        return fail(H2K_ERROR_FAILED, _("The initramfs image “%s” is too big."), path.c_str());
    // What a killed process leaves of a guest must not lie in a folder of the host.
    const int fd = memfd_create("virt-hyper2kvm-initramfs", MFD_CLOEXEC);
    if (fd < 0)
        return fail(H2K_ERROR_FAILED, _("There is no memory for the image “%s”: %s."), path.c_str(), g_strerror(errno));
    auto fetched = in_pieces(handle, path, file->st_size, [&](std::string_view piece) { return store(fd, piece); });
    Result<Owned<GMappedFile>> image;
    GError *error = nullptr;
    if (!fetched)
        image = std::unexpected(std::move(fetched).error());
    else if (image = Owned<GMappedFile>{g_mapped_file_new_from_fd(fd, FALSE, &error)}; !*image)
        image = std::unexpected(Error::take(error));
    close(fd);
    return image;
}

} // namespace h2k
