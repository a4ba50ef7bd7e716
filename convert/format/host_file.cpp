// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/host_file.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/format/links.h"
#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

Result<> require_regular(const struct stat &st, const std::string &shown) {
    if (S_ISREG(st.st_mode))
        return {};
    if (S_ISDIR(st.st_mode))
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is a folder that does not describe a machine; name the disk image, archive or domain XML in it."),
            shown.c_str());
    if (S_ISBLK(st.st_mode))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is a block device; this version reads disk images from regular files only."),
                    shown.c_str());
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a regular file; disk images are read from regular files only."),
                shown.c_str());
}

std::unexpected<Error> cannot_read(const std::string &shown, int why) {
    return fail(H2K_ERROR_SOURCE, _("Cannot read “%s”: %s."), shown.c_str(), g_strerror(why));
}

/// What the file takes on the host, without its holes.
std::uint64_t stored_bytes(const struct stat &st) {
    constexpr std::uint64_t unit = 512; // of st_blocks: stat(2)
    return std::min(static_cast<std::uint64_t>(st.st_size), unit * static_cast<std::uint64_t>(st.st_blocks));
}

/// Is QEMU writing to the file?  It holds a lock on one byte for each permission that it has: 100 and up, of which
/// the second is writing and the fourth resizing (RAW_LOCK_PERM_BASE in QEMU's block/file-posix.c).
bool is_being_written(int fd) {
    for (const off_t byte : {101, 103}) {
        struct flock lock{.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1, .l_pid = 0};
        if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
            return true;
    }
    return false;
}

/// Puts @patch over @bytes, which were read from @offset.
void lay_over(std::string &bytes, std::uint64_t offset, const Patch &patch) {
    const auto first = std::max(offset, patch.offset);
    const auto last = std::min(offset + bytes.size(), patch.offset + patch.length);
    if (first >= last)
        return;
    const auto at = static_cast<std::size_t>(first - offset), count = static_cast<std::size_t>(last - first);
    if (patch.bytes.empty())
        bytes.replace(at, count, count, '\0');
    else
        bytes.replace(at, count, patch.bytes, static_cast<std::size_t>(first - patch.offset), count);
}

std::string link_to(const Descriptor &file) { return "/proc/self/fd/" + std::to_string(file.get()); }

/// Where an open file lies, every link resolved; a file that was removed lies nowhere.
Result<std::string> path_of(const Descriptor &file) {
    std::string path(PATH_MAX, '\0');
    const auto length = readlink(link_to(file).c_str(), path.data(), path.size());
    struct stat st{};
    if (length <= 0 || fstat(file.get(), &st) != 0 || st.st_nlink == 0)
        return fail(H2K_ERROR_SOURCE, "%s", g_strerror(ENOENT));
    path.resize(static_cast<std::size_t>(length));
    return path;
}

} // namespace

HostFile::HostFile(std::string path, HeldFile file, std::uint64_t size)
    : path_(std::move(path)), name_(printable(base_name(path_))), file_(std::move(file)), size_(size) {}

Result<HostFile> HostFile::open(const std::string &path, Allowance *allowance) {
    const std::string shown = printable(path);
    const auto found = H2K_TRY(open_through_links(path));
    struct stat st{};
    if (fstat(found.get(), &st) != 0)
        return cannot_read(shown, errno);
    H2K_CHECK(require_regular(st, shown));
    Descriptor opened{::open(link_to(found).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    auto real = opened ? path_of(opened) : Result<std::string>{std::string{}};
    if (!opened || !real)
        return cannot_read(shown, opened ? ENOENT : errno);
    if (is_being_written(opened.get()))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is being written by another program; shut down the machine that uses it first."),
                    shown.c_str());
    HostFile file{*std::move(real), HeldFile{std::move(opened)}, static_cast<std::uint64_t>(st.st_size)};
    file.allowance_ = allowance;
    if (allowance)
        allowance->add_file(st.st_dev, st.st_ino, stored_bytes(st));
    return file;
}

Result<HostFile> HostFile::of(const HeldFile &held, const std::string &path, Allowance *allowance) {
    struct stat st{};
    if (fstat(held.get(), &st) != 0)
        return cannot_read(printable(path), errno);
    HostFile file{path, held, static_cast<std::uint64_t>(st.st_size)};
    file.allowance_ = allowance;
    return file;
}

Result<HostFile> HostFile::open(const Image &image) {
    auto file = H2K_TRY(image.held ? of(image.held, image.path) : open(image.path));
    if (!image.window)
        return file;
    return file.part(image.window->offset, image.window->length, image.path);
}

Result<HostFile> HostFile::part(std::uint64_t offset, std::uint64_t length, const std::string &name) const {
    if (!holds(offset, length))
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it ends within “%s”."), name_.c_str(),
                    printable(name).c_str());
    HostFile found{path_, file_, length};
    found.name_ = printable(base_name(name));
    found.in_memory_ = in_memory_;
    found.allowance_ = allowance_;
    found.patches_ = patches_;
    found.patches_from_ = patches_ ? patches_from_ + offset : 0;
    found.window_ = Window{.offset = (window_ ? window_->offset : 0) + offset, .length = length};
    return found;
}

Result<HostFile> HostFile::unpacked(std::string_view bytes, const std::string &name) const {
    HostFile found{path_, HeldFile{Descriptor{memfd_create("h2k", MFD_CLOEXEC)}}, bytes.size()};
    found.in_memory_ = true;
    found.allowance_ = allowance_;
    found.name_ = printable(base_name(name));
    const int why = found.file_ ? write_all(found.file_.get(), bytes) : errno;
    if (why != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot keep “%s” in memory: %s."), found.name_.c_str(), g_strerror(why));
    return found;
}

HostFile HostFile::patched(std::vector<Patch> patches, std::uint64_t size) const {
    HostFile found{path_, file_, std::max(size, size_)};
    found.name_ = name_;
    found.in_memory_ = in_memory_;
    found.allowance_ = allowance_;
    found.window_ = window_;
    auto made = patches_ ? *patches_ : Patches{.list = {}, .stored = size_};
    for (auto &patch : patches) {
        patch.offset += patches_from_;
        made.list.push_back(std::move(patch));
    }
    found.patches_ = std::make_shared<const Patches>(std::move(made));
    found.patches_from_ = patches_from_;
    return found;
}

void HostFile::will_be_read_in_order() const noexcept {
    posix_fadvise(file_.get(), window_ ? static_cast<off_t>(window_->offset) : 0, static_cast<off_t>(size_),
                  POSIX_FADV_SEQUENTIAL);
}

Result<std::string> HostFile::read_stored(std::uint64_t offset, std::size_t length) const {
    std::string bytes(length, '\0');
    const std::uint64_t start = offset + (window_ ? window_->offset : 0);
    std::size_t got = 0;
    while (got < length) {
        const ssize_t n = pread(file_.get(), bytes.data() + got, length - got, static_cast<off_t>(start + got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot_read(name_, errno);
        if (n == 0)
            break;
        got += static_cast<std::size_t>(n);
    }
    bytes.resize(got);
    return bytes;
}

Result<std::string> HostFile::read_some(std::uint64_t offset, std::size_t length) const {
    if (allowance_)
        H2K_CHECK(allowance_->check());
    length = offset < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset)) : 0;
    if (!patches_)
        return read_stored(offset, length);
    const auto from = patches_from_ + offset;
    const auto stored = std::min<std::uint64_t>(length, patches_->stored - std::min(patches_->stored, from));
    auto bytes = H2K_TRY(read_stored(offset, static_cast<std::size_t>(stored)));
    if (bytes.size() != stored) // it became shorter
        return bytes;
    bytes.resize(length);
    for (const auto &patch : patches_->list)
        lay_over(bytes, from, patch);
    return bytes;
}

Result<std::string> HostFile::read(std::uint64_t offset, std::size_t length) const {
    auto bytes = H2K_TRY(read_some(offset, length));
    if (bytes.size() != length)
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it ends before its own tables."), name_.c_str());
    return bytes;
}

std::unexpected<Error> truncated(const HostFile &file, const char *format) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: this %s refers to data beyond the end of the file."),
                file.name().c_str(), format);
}

} // namespace h2k
