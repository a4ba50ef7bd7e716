// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/plans.h"
#include "convert/pipeline/stage.h"
#include <string>
#include <utility>
#include <vector>

namespace h2k {

/// How one stage went.
struct StageReport {
    Stage stage{};
    bool success = false;
    double seconds = 0;
    std::string error;
    std::optional<LaneNote> lane;                      ///< in which it worked on the guest
    std::vector<std::pair<std::string, double>> steps; ///< what took the time, in seconds
};

/// A notice, the stage in which it came up, and when.
struct ReportedNotice {
    std::string stage;
    Notice notice;
    std::string timestamp;
};
/// An error, likewise.
struct ReportedError {
    std::string stage, message, timestamp;
};

/// Now, in ISO 8601 with microseconds, UTC.
[[nodiscard]] std::string timestamp_now();

} // namespace h2k
