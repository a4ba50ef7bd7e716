// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/format/changes.h"
#include "convert/source/image_kind.h"
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace h2k::fuzz {

/// A file in memory that is an image, in a folder of its own where its references may lead.
class ScratchImage {
  public:
    ScratchImage() : folder_(make_folder()), path_(folder_ + "/image") {
        fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    ScratchImage(const ScratchImage &) = delete;
    ScratchImage &operator=(const ScratchImage &) = delete;
    ~ScratchImage() {
        close(fd_);
        unlink(path_.c_str());
        rmdir(folder_.c_str());
    }

    /// Empties the file and gives it @size bytes, all zero.
    void reset(std::uint64_t size) const {
        if (ftruncate(fd_, 0) != 0 || ftruncate(fd_, static_cast<off_t>(size)) != 0)
            std::abort();
    }
    void write(std::uint64_t offset, std::string_view bytes) const {
        if (pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset)) != static_cast<ssize_t>(bytes.size()))
            std::abort();
    }
    [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) const {
        std::string bytes(length, '\0');
        if (pread(fd_, bytes.data(), length, static_cast<off_t>(offset)) != static_cast<ssize_t>(length))
            std::abort();
        return bytes;
    }

    /// Describes it as @format and, where it is a differencing image, walks its changes; what comes out has to make
    /// sense.
    void describe(DiskFormat format) const {
        const auto file = HostFile::open(path_);
        if (!file)
            std::abort();
        const auto found = describe_image(*file, format, Fence{folder_, false, {}});
        if (found && (found->disk.top.bytes == 0 || found->disk.top.bytes > largest_disk ||
                      found->disk.top.bytes % sector_size != 0 || found->disk.files.empty()))
            std::abort();
        (void)describe_image(*file, std::nullopt, Fence{folder_, false, {}});
        std::uint64_t last = 0, runs = 0;
        (void)for_each_change(
            *file, format,
            [&](std::uint64_t offset, std::uint64_t length, std::optional<std::uint64_t> from) -> Result<> {
                if (offset < last || length == 0 || length % sector_size != 0 || length > largest_disk - offset ||
                    (from && !file->holds(*from, length)))
                    std::abort();
                last = offset + length;
                return ++runs > 1000 ? Result<>{fail(H2K_ERROR_CANCELLED, "enough")} : Result<>{};
            });
    }

  private:
    static std::string make_folder() {
        char name[] = "/dev/shm/h2k-fuzz-XXXXXX";
        return mkdtemp(name) ? std::string{name} : (std::abort(), std::string{});
    }
    std::string folder_, path_;
    int fd_;
};

} // namespace h2k::fuzz
