// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"

#include <string>

namespace h2k {

/// Receives the progress of a job.  Called on the job's thread; must not block.
class Progress {
  public:
    virtual ~Progress() = default;
    /// @stage: the stage's short name; @fraction: 0…1, or negative where it is unknown; @message: a sentence or
    /// "".
    virtual void step(const std::string &stage, double fraction, const std::string &message) = 0;
    virtual void notice(const std::string &stage, const Notice &notice) = 0;
};

} // namespace h2k
