// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/format/allowance.h"
#include "convert/model/machine.h"
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Bytes that are read instead of what a file has.
struct Patch {
    std::uint64_t offset = 0, length = 0; ///< within the file
    std::string bytes;                    ///< of that length; empty: zeros
};

/// A regular file of the host, open for reading only.
class HostFile {
  public:
    /// Refuses anything but a regular file without opening it: a FIFO would block, and opening a device may have
    /// effects.  Reading it and its parts is charged to @allowance, which may be null and must outlive them.
    [[nodiscard]] static Result<HostFile> open(const std::string &path, Allowance *allowance = nullptr);
    /// A file that is held already, under the name by which it was opened.
    [[nodiscard]] static Result<HostFile> of(const HeldFile &held, const std::string &path,
                                             Allowance *allowance = nullptr);
    /// @image, or where that is only a part of its file, that part.
    [[nodiscard]] static Result<HostFile> open(const Image &image);
    /// @length bytes from @offset, as if they were a file called @name: a member of an archive.  Fails if the file
    /// ends before.
    [[nodiscard]] Result<HostFile> part(std::uint64_t offset, std::uint64_t length, const std::string &name) const;
    /// A small packed member of this archive, from its unpacked @bytes: in memory, with the archive's path.
    [[nodiscard]] Result<HostFile> unpacked(std::string_view bytes, const std::string &name) const;
    /// The same file, which is read as if @patches, the later ones over the earlier ones, had been written to it and it
    /// had @size bytes, not less than now.
    [[nodiscard]] HostFile patched(std::vector<Patch> patches, std::uint64_t size) const;
    HostFile(HostFile &&other) noexcept = default;
    HostFile &operator=(HostFile &&) = delete;

    /// Exactly @length bytes from @offset; a file that ends before is an error.
    [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t length) const;
    /// The same, where a file that ends before gives what there is.
    [[nodiscard]] Result<std::string> read_some(std::uint64_t offset, std::size_t length) const;
    /// Lets the host read ahead.
    void will_be_read_in_order() const noexcept;
    /// Does the file hold @length bytes from @offset?  No sum overflows here.
    [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t length) const noexcept {
        return offset <= size_ && length <= size_ - offset;
    }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The file itself, also of a part, for those who read it later.
    [[nodiscard]] const HeldFile &held() const noexcept { return file_; }
    /// Where a part lies in its file; null for a whole file.
    [[nodiscard]] std::optional<Window> window() const noexcept { return window_; }
    /// Did unpacked() create it?  Then the file that path() names does not hold these bytes and must not be opened in
    /// their place.
    [[nodiscard]] bool in_memory() const noexcept { return in_memory_; }
    /// Those of patched(); the file itself does not have them.
    [[nodiscard]] std::span<const Patch> patches() const noexcept {
        return patches_ ? std::span{patches_->list} : std::span<const Patch>{};
    }
    /// Of the file, also if this is a part of it: absolute, every link resolved.
    [[nodiscard]] const std::string &path() const noexcept { return path_; }
    /// The file's or the part's own name, safe to print.
    [[nodiscard]] const std::string &name() const noexcept { return name_; }

    [[nodiscard]] Allowance *allowance() const noexcept { return allowance_; }

  private:
    struct Patches {
        std::vector<Patch> list;
        std::uint64_t stored; ///< bytes without them
    };
    HostFile(std::string path, HeldFile file, std::uint64_t size);
    [[nodiscard]] Result<std::string> read_stored(std::uint64_t offset, std::size_t length) const;
    std::string path_, name_;
    HeldFile file_;
    std::uint64_t size_;
    std::optional<Window> window_;
    std::shared_ptr<const Patches> patches_;
    std::uint64_t patches_from_ = 0; ///< this part of what they are in
    bool in_memory_ = false;
    Allowance *allowance_ = nullptr;
};

/// The error of a structure of @format ("VDI") that refers to more than the file has.
[[nodiscard]] std::unexpected<Error> truncated(const HostFile &file, const char *format);

} // namespace h2k
