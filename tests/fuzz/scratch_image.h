// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/format/changes.h"
#include "convert/source/image_kind.h"
#include <algorithm>
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

    /// Another file in that folder, which the image may name.
    class Beside {
      public:
        Beside(const ScratchImage &image, const std::string &name, std::string_view content)
            : path_(image.folder_ + "/" + name) {
            fill(content, content.size());
        }
        Beside(const Beside &) = delete;
        Beside &operator=(const Beside &) = delete;
        ~Beside() {
            unlink(path_.c_str());
            rmdir(path_.substr(0, path_.rfind('/')).c_str()); // the last one succeeds
        }
        /// Gives it @size bytes that begin with @start; the rest is zero.
        void fill(std::string_view start, std::uint64_t size) const {
            const int fd = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
            if (fd < 0 || ::write(fd, start.data(), start.size()) != static_cast<ssize_t>(start.size()) ||
                ftruncate(fd, static_cast<off_t>(std::max<std::uint64_t>(size, start.size()))) != 0)
                std::abort();
            close(fd);
        }

      private:
        std::string path_;
    };

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
        if (found)
            check(found->disk);
        (void)describe_image(*file, std::nullopt, Fence{folder_, false, {}});
        std::uint64_t last = 0, runs = 0;
        const auto read = as_read(*file, format);
        if (!read)
            return;
        (void)for_each_change(
            *read, format,
            [&](std::uint64_t offset, std::uint64_t length, std::optional<std::uint64_t> from) -> Result<> {
                if (offset < last || length == 0 || length % sector_size != 0 || length > largest_disk - offset ||
                    (from && !read->holds(*from, length)))
                    std::abort();
                last = offset + length;
                return ++runs > 1000 ? Result<>{fail(H2K_ERROR_CANCELLED, "enough")} : Result<>{};
            });
    }

  private:
    /// Sizes are those of disks, and each file is one of this folder.
    void check(const Disk &disk) const {
        std::vector images{disk.top};
        images.insert(images.end(), disk.below.begin(), disk.below.end());
        for (const auto &one : images)
            if (one.bytes == 0 || one.bytes > largest_disk || one.bytes % sector_size != 0 ||
                std::ranges::find(disk.files, one.path) == disk.files.end())
                std::abort();
        for (const auto &file : disk.files)
            if (!file.starts_with(folder_ + "/"))
                std::abort();
    }
    static std::string make_folder() {
        char name[] = "/dev/shm/h2k-fuzz-XXXXXX";
        return mkdtemp(name) ? std::string{name} : (std::abort(), std::string{});
    }
    std::string folder_, path_;
    int fd_;
};

} // namespace h2k::fuzz
