// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/sparse_file.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/base/zeros.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t block = 64u << 10;

} // namespace

Result<SparseFile> SparseFile::create(const std::string &path) {
    Descriptor file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file && errno == EEXIST)
        return fail(H2K_ERROR_TARGET, _("“%s” already exists and is not overwritten."), path.c_str());
    if (!file)
        return fail(H2K_ERROR_TARGET, _("Cannot create “%s”: %s."), path.c_str(), g_strerror(errno));
    return SparseFile{path, std::move(file)};
}

SparseFile::SparseFile(std::string path, Descriptor file)
    : path_(std::move(path)), file_(std::move(file)), space_(folder_of(path_)) {}

SparseFile::~SparseFile() {
    if (file_ && !kept_)
        unlink(path_.c_str());
}

std::unexpected<Error> SparseFile::failed(int why) const {
    if (why == ENOSPC || why == EDQUOT)
        return fail(H2K_ERROR_TARGET, _("No space is left in “%s”."), folder_of(path_).c_str());
    return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), path_.c_str(), g_strerror(why));
}

Result<> SparseFile::write(std::uint64_t offset, std::string_view bytes) {
    if (is_all_zeros(bytes))
        return {};
    H2K_CHECK(require_space(bytes.size()));
    stored_ += bytes.size();
    const int why = write_all(file_.get(), bytes, offset);
    return why == 0 ? Result<>{} : failed(why);
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
    if (ftruncate(file_.get(), static_cast<off_t>(length)) != 0 || fsync(file_.get()) != 0)
        return failed(errno);
    // A folder that is writable but not readable cannot be synchronised.
    const int why = sync_path(folder_of(path_), O_DIRECTORY);
    return why == 0 || why == EACCES ? Result<>{} : failed(why);
}

Result<> SparseFile::require_space(std::uint64_t bytes) const {
    if (!space_.is_short(bytes))
        return {};
    return fail(
        H2K_ERROR_TARGET,
        _("“%s” has too little free space to unpack a disk and leave %s to other programs; free some space, or use "
          "another folder."),
        folder_of(path_).c_str(), size_for_people(space_.reserve()).c_str());
}

} // namespace h2k
