// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <unistd.h>
#include <utility>

namespace h2k {

/// Sole owner of a file descriptor.  What it names cannot be swapped for something else, as a path can be.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
    Descriptor(Descriptor &&o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
    Descriptor &operator=(Descriptor &&o) noexcept {
        std::swap(fd_, o.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0)
            close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

  private:
    int fd_;
};

} // namespace h2k
