// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace h2k {

/// Wakes a restored appliance: gives it the time, random numbers of its own, and the number of its disks, before it
/// does anything else.  Answers one connection, in a thread, as long as the object lives.
class WakePort {
  public:
    /// @socket: a new path in a private folder, of 107 bytes at most.
    /// @reached is called in another thread at each of the steps.
    enum class Step { connected, awake, ready };
    [[nodiscard]] static Result<std::unique_ptr<WakePort>> listen(const std::string &socket, unsigned disks,
                                                                  std::function<void(Step)> reached);

  private:
    WakePort(Descriptor listening, unsigned disks, std::function<void(Step)> reached);
    Descriptor listening_;
    std::jthread thread_; ///< last, so that it ends before what it uses
};

/// One line, without its end, of at most @limit bytes; waits until @stop is requested or @deadline has passed.  An
/// error where the other side is gone.
[[nodiscard]] Result<std::string> read_line(int socket, const std::stop_token &stop,
                                            std::chrono::steady_clock::time_point deadline);

} // namespace h2k
