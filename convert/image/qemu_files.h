// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/held_file.h"
#include "convert/model/machine.h"
#include <string>
#include <vector>

namespace h2k {

/// The files of one run of a program of QEMU.  It never gets a name that a stranger chose, nor one that could lead
/// elsewhere when it is used: each file is open here, handed over, and named by its descriptor.
class QemuFiles {
  public:
    /// QEMU's name for a file that is held.  @shown: its path, for messages.
    [[nodiscard]] std::string name_of(HeldFile held, const std::string &shown);
    /// The same for an image; one of ours, which is not held, is opened here, for reading.
    [[nodiscard]] Result<std::string> name_of(const Image &image);
    [[nodiscard]] const std::vector<HeldFile> &held() const noexcept { return held_; }
    /// What QEMU says, with the paths of the files instead of its names for them.
    [[nodiscard]] std::string with_paths(std::string said) const;

  private:
    std::vector<HeldFile> held_;
    std::vector<std::string> shown_;
};

/// An image of ours, opened for reading and writing: H2K_ERROR_TARGET where that fails.  A link is not followed.
[[nodiscard]] Result<HeldFile> open_own_image(const std::string &path);
/// The same file as @held, opened for writing too.
[[nodiscard]] Result<HeldFile> open_to_write(const HeldFile &held, const std::string &shown);

} // namespace h2k
