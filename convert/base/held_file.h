// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <memory>
#include <string>

namespace h2k {

/// A file of the host that stays open as long as anything refers to it.  Its name may be given to another file
/// meanwhile; what is open cannot be swapped.  Empty: not held.
class HeldFile {
  public:
    HeldFile() = default;
    /// Takes another number where @file has one of the first, which programs are started with.
    explicit HeldFile(Descriptor file);
    /// Opens @path with @flags of open(2), to which O_CLOEXEC is added.  The error has no context.
    [[nodiscard]] static Result<HeldFile> open(const std::string &path, int flags);

    [[nodiscard]] int get() const noexcept { return file_ ? file_->get() : -1; }
    explicit operator bool() const noexcept { return get() >= 0; }
    /// By this name a process that inherited the descriptor under its number opens the file again: proc(5).
    [[nodiscard]] std::string name() const { return "/proc/self/fd/" + std::to_string(get()); }
    bool operator==(const HeldFile &other) const noexcept = default;

  private:
    std::shared_ptr<const Descriptor> file_;
};

} // namespace h2k
