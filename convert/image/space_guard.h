// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/files.h"
#include "convert/base/owned.h"
#include <atomic>
#include <string>
#include <thread>

namespace h2k {

/// Ends a program that writes to a file system before it has filled that: others work there too.
class SpaceGuard {
  public:
    /// @folder: anywhere on the file system.  @cancel: of the job; may be null.
    SpaceGuard(const std::string &folder, GCancellable *cancel);
    SpaceGuard(const SpaceGuard &) = delete;
    SpaceGuard &operator=(const SpaceGuard &) = delete;
    ~SpaceGuard();

    /// Cancelled with the job, or when space is short.
    [[nodiscard]] GCancellable *cancellable() const noexcept { return own_.get(); }
    /// @outcome of the program; H2K_ERROR_TARGET where it was ended for lack of space.
    [[nodiscard]] Result<> explain(Result<> outcome) const;

  private:
    std::string folder_;
    SpaceWatch space_;
    Ref<GCancellable> job_, own_;
    gulong watch_ = 0;
    std::atomic<bool> short_ = false;
    std::jthread thread_; ///< last, so that it ends before what it uses
};

} // namespace h2k
