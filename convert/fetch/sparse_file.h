// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/base/files.h"
#include <cstdint>
#include <string>
#include <string_view>

namespace h2k {

/// A new file in which blocks of zeros are holes.  It is removed unless it is kept.
class SparseFile {
  public:
    /// An existing @path is H2K_ERROR_TARGET.  Only its owner can read the file: a disk may hold secrets.
    [[nodiscard]] static Result<SparseFile> create(const std::string &path);
    SparseFile(SparseFile &&other) noexcept = default;
    SparseFile &operator=(SparseFile &&) = delete;
    ~SparseFile();

    /// @offset never decreases.  H2K_ERROR_TARGET before the file system is full: a reserve is left to others.
    [[nodiscard]] Result<> put(std::uint64_t offset, std::string_view bytes);
    /// Sets the file's @length and waits until it is on the disk.
    [[nodiscard]] Result<> finish(std::uint64_t length);
    /// H2K_ERROR_TARGET if the file system certainly has no space for @bytes more beside its reserve.
    [[nodiscard]] Result<> require_space(std::uint64_t bytes) const;
    /// Bytes written, without holes.
    [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
    void keep() noexcept { kept_ = true; }

  private:
    SparseFile(std::string path, Descriptor file);
    [[nodiscard]] Result<> flush();
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] std::unexpected<Error> failed(int why) const;

    std::string path_;
    Descriptor file_;
    SpaceWatch space_;
    bool kept_ = false;
    std::string held_;        ///< the start of an incomplete block
    std::uint64_t start_ = 0; ///< of that block
    std::uint64_t stored_ = 0;
};

} // namespace h2k
