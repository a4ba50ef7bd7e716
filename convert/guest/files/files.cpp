// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/files.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/named.h"
#include <algorithm>
#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace h2k {

template <> struct Release<GChecksum> {
    void operator()(GChecksum *p) const noexcept { g_checksum_free(p); }
};

namespace {

constexpr std::uint64_t most_read = 16 << 20, most_image = 512 << 20;

/// Hands the @size bytes of the file at @path to @take.  The lane decides neither how many come nor in how many calls:
/// a piece of another length than was asked for is an error.
template <typename Take>
Result<> in_pieces(const FileCalls &calls, const std::string &path, std::uint64_t size, Take take) {
    const auto what = sentence(_("Reading “%s” in the guest"), path.c_str());
    for (std::uint64_t at = 0; at < size;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(FileCalls::most_at_once, size - at));
        const auto piece = H2K_TRY(named(calls.read(path, at, wanted), what));
        if (piece.size() != wanted)
            return fail(H2K_ERROR_FAILED, _("“%s” in the guest changed its length while it was read."), path.c_str());
        H2K_CHECK(take(piece));
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

Result<std::uint64_t> free_in(const FileCalls &calls, const std::string &folder) {
    return named(calls.free_space(folder),
                 sentence(_("Determining the free space of “%s” in the guest"), folder.c_str()));
}

} // namespace

Result<> write_to(FileCalls &calls, const std::string &path, std::string_view content) {
    const auto first = content.substr(0, FileCalls::most_at_once);
    H2K_CHECK(named(calls.write(path, first), sentence(_("Writing “%s” in the guest"), path.c_str())));
    return append_to(calls, path, content.substr(first.size()));
}

Result<> append_to(FileCalls &calls, const std::string &path, std::string_view content) {
    const auto what = sentence(_("Writing “%s” in the guest"), path.c_str());
    for (; !content.empty(); content.remove_prefix(std::min(FileCalls::most_at_once, content.size())))
        H2K_CHECK(named(calls.append(path, content.substr(0, FileCalls::most_at_once)), what));
    return {};
}

Result<std::optional<std::string>> read_regular(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return std::nullopt;
    if (file->bytes > most_read)
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is longer than %d MiB."), path.c_str(), 16);
    std::string content;
    H2K_CHECK(in_pieces(calls, path, file->bytes, [&](std::string_view piece) -> Result<> {
        content += piece;
        return {};
    }));
    return content;
}

Result<std::optional<FreeSpace>> find_space(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file)
        return std::nullopt;
    const auto real = H2K_TRY(resolve(calls, path));
    FreeSpace space{.free = H2K_TRY(free_in(calls, is_regular(*file) ? folder_of(real) : real))};
    if (is_regular(*file))
        space.file = file->bytes;
    return space;
}

Result<bool> can_all_read(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return true;
    if ((file->mode & S_IROTH) == 0)
        return false;
    // Whoever cannot pass through a folder cannot read what is in it.
    for (auto folder = folder_of(H2K_TRY(resolve(calls, path))); folder != "/"; folder = folder_of(folder))
        if (const auto above = H2K_TRY(stat_of(calls, folder, true)); !above || (above->mode & S_IXOTH) == 0)
            return false;
    return true;
}

Result<Kept> keep_copy(FileCalls &calls, const std::string &path, const std::string &copy) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return Kept::absent;
    const auto target = H2K_TRY(resolve_above(calls, copy));
    const auto folder = folder_of(target);
    if (H2K_TRY(stat_of(calls, target, false)))
        return Kept::yes;
    H2K_CHECK(make_folders(calls, folder, 0700));
    // For the copy, and for the new version to be made beside the old one.
    if (H2K_TRY(free_in(calls, folder)) / 3 < file->bytes)
        return Kept::no_space;
    const auto from = H2K_TRY(resolve(calls, path));
    auto copied = named(calls.copy(from, target), sentence(_("Keeping the original of “%s”"), path.c_str()));
    if (!copied && calls.alive())
        (void)calls.remove(target);
    H2K_CHECK(std::move(copied));
    return Kept::yes;
}

Result<std::string> checksum_of(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return std::string{};
    const auto target = H2K_TRY(resolve(calls, path));
    return named(calls.sha256(target), sentence(_("Reading “%s” in the guest"), path.c_str()));
}

Result<FileSums> sums_of(const FileCalls &calls, const std::string &path, std::uint64_t bytes) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return FileSums{};
    FileSums sums{.bytes = file->bytes, .part = {}, .whole = {}};
    const Owned<GChecksum> sum{g_checksum_new(G_CHECKSUM_SHA256)};
    std::uint64_t at = 0;
    const auto add = [&](std::string_view piece) {
        g_checksum_update(sum.get(), reinterpret_cast<const guchar *>(piece.data()), static_cast<gssize>(piece.size()));
        at += piece.size();
        if (at == bytes)
            sums.part = g_checksum_get_string(Owned<GChecksum>{g_checksum_copy(sum.get())}.get());
    };
    if (bytes == 0)
        add({});
    H2K_CHECK(in_pieces(calls, path, file->bytes, [&](std::string_view piece) -> Result<> {
        const auto before = bytes > at && bytes - at < piece.size() ? static_cast<std::size_t>(bytes - at) : 0;
        if (before > 0)
            add(piece.substr(0, before));
        add(piece.substr(before));
        return {};
    }));
    sums.whole = g_checksum_get_string(sum.get());
    return sums;
}

Result<Owned<GMappedFile>> fetch_image(const FileCalls &calls, const std::string &path) {
    const auto file = H2K_TRY(stat_of(calls, path, true));
    if (!file || !is_regular(*file))
        return fail(H2K_ERROR_FAILED, _("There is no initramfs image “%s” in the guest."), path.c_str());
    if (file->bytes > most_image)
        return fail(H2K_ERROR_FAILED, _("The initramfs image “%s” is too big."), path.c_str());
    // A killed process must not leave data of a guest in a folder of the host.
    const Descriptor memory{memfd_create("virt-hyper2kvm-initramfs", MFD_CLOEXEC)};
    if (!memory)
        return fail(H2K_ERROR_FAILED, _("Not enough memory for the image “%s”: %s."), path.c_str(), g_strerror(errno));
    H2K_CHECK(in_pieces(calls, path, file->bytes, [&](std::string_view piece) { return store(memory.get(), piece); }));
    GError *error = nullptr;
    Owned<GMappedFile> image{g_mapped_file_new_from_fd(memory.get(), FALSE, &error)};
    if (!image)
        return std::unexpected(Error::take(error));
    return image;
}

Result<std::vector<std::string>> list_paths(const FileCalls &calls, const std::string &glob) {
    return named(calls.glob(glob), sentence(_("Listing “%s” in the guest"), glob.c_str()));
}

} // namespace h2k
