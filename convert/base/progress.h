// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// Where a job tells how far it is.  Called on the job's thread; must not block.
class Progress {
  public:
    virtual ~Progress() = default;
    /// @stage: the stage's short name; @fraction: 0…1, or negative where it cannot be known; @message: a sentence or
    /// "".
    virtual void step(const std::string &stage, double fraction, const std::string &message) = 0;
    /// Something a person should know and that does not stop the work.
    virtual void warn(const std::string &stage, const std::string &message) = 0;
};

} // namespace h2k
