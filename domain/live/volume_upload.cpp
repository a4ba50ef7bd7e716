// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"
#include "convert/base/i18n.h"
#include "domain/live/pool_targets.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace h2k {

namespace {

constexpr std::size_t chunk_bytes = 128u << 10; // libvirt's messages end at 256 KiB

/// Sends a file in order, part by part.
class Upload {
  public:
    Upload(int fd, virStreamPtr stream, bool sparse, GCancellable *cancel) noexcept
        : fd_(fd), stream_(stream), sparse_(sparse), cancel_(cancel), buffer_(chunk_bytes) {}

    Result<> send_all() {
        const off_t size = lseek(fd_, 0, SEEK_END);
        for (off_t at = 0; at < size;) {
            // A file system without holes reports everything as data.
            off_t data = lseek(fd_, at, SEEK_DATA);
            if (data < 0)
                data = errno == ENXIO ? size : at;
            H2K_CHECK(send_hole(at, data));
            const off_t hole = data < size ? lseek(fd_, data, SEEK_HOLE) : size;
            at = hole < 0 ? size : hole;
            H2K_CHECK(send_data(data, at));
        }
        return {};
    }

  private:
    Result<> send_hole(off_t from, off_t to) {
        if (to <= from)
            return {};
        if (!sparse_)
            return send_data(from, to); // reads as zeros
        if (virStreamSendHole(stream_, to - from, 0) < 0)
            return libvirt_failure(H2K_ERROR_TARGET, _("Cannot send the image to libvirt"));
        return {};
    }

    Result<> send_data(off_t from, off_t to) {
        while (from < to) {
            H2K_CHECK(check_cancelled(cancel_));
            const auto want = std::min<std::size_t>(buffer_.size(), static_cast<std::size_t>(to - from));
            const ssize_t got = pread(fd_, buffer_.data(), want, from);
            if (got <= 0)
                return fail(H2K_ERROR_FAILED, _("Cannot read the finished image: %s."),
                            got < 0 ? g_strerror(errno) : _("it became shorter"));
            H2K_CHECK(send_bytes(static_cast<std::size_t>(got)));
            from += got;
        }
        return {};
    }

    Result<> send_bytes(std::size_t count) {
        for (std::size_t sent = 0; sent < count;) {
            const int done = virStreamSend(stream_, buffer_.data() + sent, count - sent);
            if (done < 0)
                return libvirt_failure(H2K_ERROR_TARGET, _("Cannot send the image to libvirt"));
            sent += static_cast<std::size_t>(done);
        }
        return {};
    }

    int fd_;
    virStreamPtr stream_;
    bool sparse_;
    GCancellable *cancel_;
    std::vector<char> buffer_;
};

} // namespace

Result<> upload_volume(virStorageVolPtr volume, const std::string &from, GCancellable *cancel) {
    const Descriptor file{open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file)
        return fail(H2K_ERROR_FAILED, _("Cannot open the finished image “%s”: %s."), from.c_str(), g_strerror(errno));
    const Owned<virStream> stream{virStreamNew(virStorageVolGetConnect(volume), 0)};
    if (!stream)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot send the image to libvirt"));
    const bool sparse = virStorageVolUpload(volume, stream.get(), 0, 0, VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) == 0;
    if (!sparse && virStorageVolUpload(volume, stream.get(), 0, 0, 0) != 0)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot send the image to libvirt"));
    Result<> sent = Upload{file.get(), stream.get(), sparse, cancel}.send_all();
    if (!sent) {
        virStreamAbort(stream.get());
        return sent;
    }
    if (virStreamFinish(stream.get()) != 0)
        return libvirt_failure(H2K_ERROR_TARGET, _("libvirt did not accept the whole image"));
    return {};
}

} // namespace h2k
