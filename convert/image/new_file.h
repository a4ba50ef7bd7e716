// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// A file that did not exist and is removed again unless it is kept.
class NewFile {
  public:
    /// An existing @path is H2K_ERROR_TARGET.  Only its owner can read the file: a disk holds secrets of its guest.
    [[nodiscard]] static Result<NewFile> create(const std::string &path);
    NewFile(NewFile &&other) noexcept : path_(std::exchange(other.path_, {})) {}
    NewFile &operator=(NewFile &&) = delete;
    ~NewFile();

    /// Waits until content and name are on the disk; what only shows here is H2K_ERROR_TARGET too.
    [[nodiscard]] Result<> sync() const;
    void keep() noexcept { path_.clear(); }

  private:
    explicit NewFile(std::string path) noexcept : path_(std::move(path)) {}
    std::string path_;
};

} // namespace h2k
