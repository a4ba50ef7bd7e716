// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/sparse_file.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t block = 64u << 10;

bool is_zero(std::string_view bytes) {
    return bytes.front() == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

} // namespace

Result<SparseFile> SparseFile::create(const std::string &path) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return fail(H2K_ERROR_TARGET, _("“%s” exists already and is not overwritten."), path.c_str());
    if (fd < 0)
        return fail(H2K_ERROR_TARGET, _("Cannot create “%s”: %s."), path.c_str(), g_strerror(errno));
    return SparseFile{path, fd};
}

SparseFile::SparseFile(SparseFile &&other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), kept_(other.kept_),
      held_(std::move(other.held_)), start_(other.start_), stored_(other.stored_) {}

SparseFile::~SparseFile() {
    if (fd_ < 0)
        return;
    close(fd_);
    if (!kept_)
        unlink(path_.c_str());
}

std::unexpected<Error> SparseFile::failed(int why) const {
    if (why == ENOSPC || why == EDQUOT)
        return fail(H2K_ERROR_TARGET, _("No space is left in “%s”."), folder_of(path_).c_str());
    return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), path_.c_str(), g_strerror(why));
}

Result<> SparseFile::write(std::uint64_t offset, std::string_view bytes) {
    if (bytes.empty() || is_zero(bytes))
        return {};
    stored_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return failed(n < 0 ? errno : ENOSPC);
        offset += static_cast<std::size_t>(n);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

Result<> SparseFile::flush() {
    H2K_CHECK(write(start_, held_));
    held_.clear();
    return {};
}

Result<> SparseFile::put(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto within = static_cast<std::size_t>(offset % block);
        if (start_ != offset - within)
            H2K_CHECK(flush());
        start_ = offset - within;
        const auto part = bytes.substr(0, block - within);
        if (part.size() == block) {
            H2K_CHECK(write(offset, part));
        } else {
            held_.resize(within);
            held_ += part;
        }
        offset += part.size();
        bytes.remove_prefix(part.size());
    }
    return {};
}

Result<> SparseFile::finish(std::uint64_t length) {
    H2K_CHECK(flush());
    if (ftruncate(fd_, static_cast<off_t>(length)) != 0 || fsync(fd_) != 0)
        return failed(errno);
    const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int why = folder < 0 || fsync(folder) == 0 ? 0 : errno;
    if (folder >= 0)
        close(folder);
    // Some file systems cannot sync a folder; they have nothing to sync there either.
    return why == 0 || why == EINVAL ? Result<>{} : failed(why);
}

Result<> SparseFile::require_space(std::uint64_t bytes) const {
    const auto left = H2K_TRY(free_bytes(folder_of(path_)));
    return left < bytes ? failed(ENOSPC) : Result<>{};
}

} // namespace h2k
