// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

namespace h2k {

/// What reading strangers' files may cost: it is bounded by what is stored in them, and not by what they claim.  Asked
/// in every loop over what they say.  Belongs to the thread that creates it.
class Allowance {
  public:
    using Time = std::chrono::nanoseconds;
    /// Processor time, of this thread and of the programs that it uses.
    struct Terms {
        Time base{}, per_mebibyte{}; ///< whatever is read; for each MiB that the files take on the host
    };

    /// Work that can only be cancelled.  @cancel may be null.
    explicit Allowance(GCancellable *cancel) noexcept : cancel_(cancel) {}
    Allowance(GCancellable *cancel, const Terms &terms) noexcept;
    Allowance(Allowance &&) noexcept = default;

    /// H2K_ERROR_CANCELLED, or H2K_ERROR_SOURCE if more was spent than is granted.
    [[nodiscard]] Result<> check();
    /// Grants what a file is worth, once for each.
    void add_file(std::uint64_t device, std::uint64_t inode, std::uint64_t stored);
    /// Adds processor time that a program used.
    void charge(Time spent) noexcept { programs_ += spent; }
    [[nodiscard]] GCancellable *cancel() const noexcept { return cancel_; }

  private:
    GCancellable *cancel_;
    std::optional<Terms> terms_;
    Time granted_{}, programs_{}, own_{}; ///< @own_: of this thread when it was created
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::set<std::pair<std::uint64_t, std::uint64_t>> files_; ///< device and inode
};

} // namespace h2k
