// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/files.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/guest/files/paths.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace h2k {

// libguestfs has a function of the same name.
using SpaceStatus = struct guestfs_statvfs;

template <> struct Release<SpaceStatus> {
    void operator()(SpaceStatus *p) const noexcept { guestfs_free_statvfs(p); }
};

namespace {

constexpr std::int64_t most_read = 16 << 20, most_image = 512 << 20;
constexpr int read_step = 2 << 20; ///< a message of libguestfs holds 4 MiB

/// Hands the @size bytes of the file at @path to @take.  The appliance decides neither how many come nor in how many
/// calls: a piece of another length than was asked for is an error.
template <typename Take>
Result<> in_pieces(const Handle &handle, const std::string &path, std::int64_t size, Take take) {
    for (std::int64_t at = 0; at < size;) {
        const auto wanted = std::min<std::int64_t>(read_step, size - at);
        std::size_t got = 0;
        const Owned<char> piece{guestfs_pread(handle.call(), path.c_str(), static_cast<int>(wanted), at, &got)};
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
    if (const int why = write_all(fd, piece); why != 0)
        return fail(H2K_ERROR_FAILED, _("A file of the guest cannot be kept in memory: %s."), g_strerror(why));
    return {};
}

/// Bytes; the largest number where the file system has more.
Result<guint64> free_in(const Handle &handle, const std::string &folder) {
    const Owned<SpaceStatus> status{guestfs_statvfs(handle.call(), folder.c_str())};
    if (!status)
        return handle.failed(sentence(_("Determining the free space of “%s” in the guest"), folder.c_str()));
    guint64 free = 0;
    if (!g_uint64_checked_mul(&free, static_cast<guint64>(status->bavail), static_cast<guint64>(status->frsize)))
        return G_MAXUINT64;
    return free;
}

} // namespace

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

Result<std::optional<FreeSpace>> find_space(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file)
        return std::nullopt;
    const auto real = H2K_TRY(resolve(handle, path));
    FreeSpace space{.free = H2K_TRY(free_in(handle, is_regular(*file) ? folder_of(real) : real))};
    if (is_regular(*file) && file->st_size > 0)
        space.file = static_cast<std::uint64_t>(file->st_size);
    return space;
}

Result<bool> can_all_read(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return true;
    if ((file->st_mode & S_IROTH) == 0)
        return false;
    // Whoever cannot pass through a folder cannot read what is in it.
    for (auto folder = folder_of(H2K_TRY(resolve(handle, path))); folder != "/"; folder = folder_of(folder))
        if (const auto above = H2K_TRY(stat_of(handle, folder, true)); !above || (above->st_mode & S_IXOTH) == 0)
            return false;
    return true;
}

Result<Kept> keep_copy(const Handle &handle, const std::string &path, const std::string &copy) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return Kept::absent;
    const auto target = H2K_TRY(resolve_above(handle, copy));
    const auto folder = folder_of(target);
    if (H2K_TRY(stat_of(handle, target, false)))
        return Kept::yes;
    H2K_CHECK(make_folders(handle, folder, 0700));
    // For the copy, and for the new version to be made beside the old one.
    if (H2K_TRY(free_in(handle, folder)) / 3 < static_cast<guint64>(file->st_size))
        return Kept::no_space;
    const auto from = H2K_TRY(resolve(handle, path));
    if (guestfs_cp_a(handle.call(&CallLimits::work), from.c_str(), target.c_str()) < 0) {
        auto error = handle.failed(sentence(_("Keeping the original of “%s”"), path.c_str()));
        guestfs_rm_f(handle.call(), target.c_str());
        return error;
    }
    return Kept::yes;
}

Result<std::string> checksum_of(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return std::string{};
    const auto target = H2K_TRY(resolve(handle, path));
    const Owned<char> sum{guestfs_checksum(handle.call(&CallLimits::work), "sha256", target.c_str())};
    if (!sum)
        return handle.failed(sentence(_("Reading “%s” in the guest"), path.c_str()));
    return std::string{sum.get()};
}

Result<Owned<GMappedFile>> fetch_image(const Handle &handle, const std::string &path) {
    const auto file = H2K_TRY(stat_of(handle, path, true));
    if (!file || !is_regular(*file))
        return fail(H2K_ERROR_FAILED, _("There is no initramfs image “%s” in the guest."), path.c_str());
    if (file->st_size > most_image)
        return fail(H2K_ERROR_FAILED, _("The initramfs image “%s” is too big."), path.c_str());
    // A killed process must not leave data of a guest in a folder of the host.
    const Descriptor memory{memfd_create("virt-hyper2kvm-initramfs", MFD_CLOEXEC)};
    if (!memory)
        return fail(H2K_ERROR_FAILED, _("Not enough memory for the image “%s”: %s."), path.c_str(), g_strerror(errno));
    H2K_CHECK(
        in_pieces(handle, path, file->st_size, [&](std::string_view piece) { return store(memory.get(), piece); }));
    GError *error = nullptr;
    Owned<GMappedFile> image{g_mapped_file_new_from_fd(memory.get(), FALSE, &error)};
    if (!image)
        return std::unexpected(Error::take(error));
    return image;
}

Result<std::vector<std::string>> list_paths(const Handle &handle, const std::string &glob) {
    struct guestfs_glob_expand_opts_argv options{};
    options.bitmask = GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH_BITMASK;
    options.directoryslash = 0;
    const Owned<char *> found{guestfs_glob_expand_opts_argv(handle.call(), glob.c_str(), &options)};
    if (!found)
        return handle.failed(sentence(_("Listing “%s” in the guest"), glob.c_str()));
    auto paths = strings_of(found.get());
    std::ranges::sort(paths);
    return paths;
}

} // namespace h2k
