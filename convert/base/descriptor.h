// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace h2k {

/// @fd, or in place of a standard descriptor, which is free where the process began without it, one with another
/// number: else what others write to standard error would get into the file.
[[nodiscard]] inline int above_standard(int fd) noexcept {
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    const int raised = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int why = errno;
    close(fd);
    errno = why;
    return raised;
}

/// Sole owner of a file descriptor.  What it names cannot be swapped for something else, as a path can be.
class Descriptor {
  public:
    /// Never owns one of the numbers 0 to 2: what has got one is opened there.
    explicit Descriptor(int fd = -1) noexcept : fd_(above_standard(fd)) {}
    Descriptor(Descriptor &&o) noexcept : fd_(o.release()) {}
    Descriptor &operator=(Descriptor &&o) noexcept {
        std::swap(fd_, o.fd_);
        return *this;
    }
    ~Descriptor() { reset(); }
    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    /// The caller has to close it.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    /// Closes it now; errno is preserved.
    void reset() noexcept {
        if (fd_ < 0)
            return;
        const int before = errno;
        close(release());
        errno = before;
    }

  private:
    int fd_;
};

/// Writes all of @bytes, at @offset or else at the file's position.  0, or the errno of what stopped it; a device that
/// takes nothing without saying why is ENOSPC.
[[nodiscard]] int write_all(int fd, std::string_view bytes, std::optional<std::uint64_t> offset = std::nullopt);

} // namespace h2k
