// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/held_file.h"
#include <string>

namespace h2k {

/// A new file that is removed unless it is kept.
class NewFile {
  public:
    /// An existing @path is H2K_ERROR_TARGET.  Only its owner can read the file: a disk may hold secrets.
    [[nodiscard]] static Result<NewFile> create(const std::string &path);
    NewFile(NewFile &&other) noexcept : path_(std::exchange(other.path_, {})), held_(std::move(other.held_)) {}
    NewFile &operator=(NewFile &&) = delete;
    ~NewFile();

    /// The file, open for reading and writing.
    [[nodiscard]] const HeldFile &held() const noexcept { return held_; }
    /// Waits until content and name are on the disk; a failure is H2K_ERROR_TARGET.
    [[nodiscard]] Result<> sync() const;
    void keep() noexcept { path_.clear(); }

  private:
    NewFile(std::string path, HeldFile held) noexcept : path_(std::move(path)), held_(std::move(held)) {}
    std::string path_;
    HeldFile held_;
};

} // namespace h2k
