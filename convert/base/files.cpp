// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/descriptor.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t first_read = 16u << 10;

} // namespace

Result<std::string> read_file(const std::string &path, std::size_t limit) {
    const auto file = Ref<GFile>::adopt(g_file_new_for_path(path.c_str()));
    GError *error = nullptr;
    const auto stream = Ref<GFileInputStream>::adopt(g_file_read(file.get(), nullptr, &error));
    if (!stream)
        return std::unexpected(Error::take(error));
    std::string content;
    for (;;) {
        const auto filled = content.size();
        // Most files are short, and what says how long they are is not to be trusted.
        const auto step = std::min(std::max(filled, first_read), limit + 1 - filled);
        content.resize(filled + step);
        gsize size = 0;
        if (!g_input_stream_read_all(G_INPUT_STREAM(stream.get()), content.data() + filled, step, &size, nullptr,
                                     &error))
            return std::unexpected(Error::take(error));
        content.resize(filled + size);
        if (content.size() > limit)
            return fail(H2K_ERROR_FAILED, _("“%s” is longer than %zu bytes."), path.c_str(), limit);
        if (size < step)
            return content;
    }
}

namespace {

/// A file without a name in @folder; none where the file system has no such files.
Descriptor unnamed_file(const std::string &folder) {
    return Descriptor{open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)};
}

/// Gives an unnamed file its name.  0 or errno.
int give_name(const Descriptor &file, const std::string &path) {
    const auto own = "/proc/self/fd/" + std::to_string(file.get());
    return linkat(AT_FDCWD, own.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/// 0 or errno.
int write_through(const Descriptor &file, std::string_view content) {
    if (const int why = write_all(file.get(), content); why != 0)
        return why;
    return fsync(file.get()) == 0 || errno == EINVAL ? 0 : errno;
}

/// Replaces what is at @path, by way of a name beside it.  0 or errno.
int replace_file(const std::string &path, std::string_view content) {
    auto name = path + ".XXXXXX";
    const Descriptor file{mkostemp(name.data(), O_CLOEXEC)};
    if (!file)
        return errno;
    int why = write_through(file, content);
    if (why == 0 && rename(name.c_str(), path.c_str()) != 0)
        why = errno;
    if (why != 0)
        unlink(name.c_str());
    return why;
}

} // namespace

Result<> write_file(const std::string &path, std::string_view content) {
    // A new file has no other name at any time, which a killed job could leave.
    const auto file = path_exists(path) ? Descriptor{} : unnamed_file(folder_of(path));
    int why = file ? write_through(file, content) : EEXIST;
    if (file && why == 0)
        why = give_name(file, path);
    if (!file || why == EEXIST || why == ENOENT)
        why = replace_file(path, content);
    if (why == 0)
        why = sync_path(folder_of(path), O_DIRECTORY);
    if (why != 0)
        return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), path.c_str(), g_strerror(why));
    return {};
}

Result<> publish(const std::string &from, const std::string &to) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return {};
    int why = errno;
    // Network file systems do not support RENAME_NOREPLACE; link() fails in the same way if the name is taken.
    if (why == EINVAL && link(from.c_str(), to.c_str()) == 0) {
        unlink(from.c_str());
        return {};
    }
    if (why == EINVAL)
        why = errno;
    return fail(H2K_ERROR_TARGET, _("Cannot rename the result to “%s”: %s."), to.c_str(), g_strerror(why));
}

int sync_path(const std::string &path, int flags) {
    const Descriptor file{open(path.c_str(), flags | O_RDONLY | O_CLOEXEC)};
    if (!file)
        return errno;
    return fsync(file.get()) == 0 || errno == EINVAL ? 0 : errno;
}

bool path_exists(const std::string &path) {
    struct stat st{};
    return lstat(path.c_str(), &st) == 0;
}

Result<std::string> real_path(const std::string &path) {
    const Owned<char> real{realpath(path.c_str(), nullptr)}; // GLib's memory is malloc's
    if (!real)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    return std::string{real.get()};
}

std::string absolute_path(const std::string &path) {
    return Owned<char>{g_canonicalize_filename(path.c_str(), nullptr)}.get();
}

std::string base_name(const std::string &path) { return Owned<char>{g_path_get_basename(path.c_str())}.get(); }

std::string folder_of(const std::string &path) { return Owned<char>{g_path_get_dirname(path.c_str())}.get(); }

Result<> make_folder(const std::string &path, unsigned mode) {
    if (g_mkdir_with_parents(path.c_str(), static_cast<int>(mode)) != 0)
        return fail(H2K_ERROR_TARGET, _("Cannot create the folder “%s”: %s."), path.c_str(), g_strerror(errno));
    return {};
}

namespace {

constexpr std::uint64_t largest_reserve = std::uint64_t{2} << 30;

FileIdentity identity_in(const struct stat &st) {
    const auto nanoseconds = [](const timespec &t) { return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; };
    return {st.st_dev, st.st_ino, static_cast<std::uint64_t>(st.st_size), nanoseconds(st.st_mtim),
            nanoseconds(st.st_ctim)};
}

} // namespace

Result<FileIdentity> identity_of(const std::string &path) {
    struct stat st{};
    if (stat(path.c_str(), &st) != 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    return identity_in(st);
}

Result<FileIdentity> identity_of(int file) {
    struct stat st{};
    if (fstat(file, &st) != 0)
        return fail(H2K_ERROR_FAILED, "fstat: %s", g_strerror(errno));
    return identity_in(st);
}

std::uint64_t allocated_bytes(const std::string &path) {
    struct stat st{};
    return stat(path.c_str(), &st) == 0 ? static_cast<std::uint64_t>(st.st_blocks) * 512 : 0;
}

Result<std::uint64_t> free_bytes(const std::string &path) {
    struct statvfs fs{};
    if (statvfs(path.c_str(), &fs) != 0)
        return fail(H2K_ERROR_TARGET, "%s: %s", path.c_str(), g_strerror(errno));
    return std::uint64_t{fs.f_bavail} * fs.f_frsize;
}

std::uint64_t space_reserve(std::uint64_t total, std::uint64_t free) {
    return std::min({largest_reserve, total / 20, free / 2});
}

SpaceWatch::SpaceWatch(std::string folder) : folder_(std::move(folder)) {
    struct statvfs fs{};
    const auto free = free_bytes(folder_);
    if (free && statvfs(folder_.c_str(), &fs) == 0)
        reserve_ = space_reserve(std::uint64_t{fs.f_blocks} * fs.f_frsize, *free);
}

bool SpaceWatch::is_short(std::uint64_t wanted) const {
    const auto free = free_bytes(folder_);
    return free && (*free < reserve_ || *free - reserve_ < wanted);
}

} // namespace h2k
