// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/config/options.h"
#include "convert/pipeline/stage.h"
#include <vector>

namespace h2k {

struct Run;

/// One act of a job, as a part of a stage.
struct Step {
    Stage stage{};
    Result<> (*run)(Run &run) = nullptr;
    bool (*wanted)(const Request &request) = nullptr; ///< null: always
    bool operator==(const Step &) const = default;
};

/// The steps of @action for @request, in the order of doing, without those that are not wanted.
[[nodiscard]] std::vector<Step> route_of(Action action, const Request &request);

/// Does it go beyond a plan?  Such a job has a folder of its own, with journal, report and evidence.
[[nodiscard]] bool acts(const std::vector<Step> &route);
/// Does it publish a result, beside which a report may be written?
[[nodiscard]] bool publishes(const std::vector<Step> &route);

} // namespace h2k
