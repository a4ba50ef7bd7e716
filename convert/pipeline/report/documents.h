// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/plans.h"

namespace h2k {

/// "inspect --json"; docs/json.md describes it.
[[nodiscard]] std::string inspection_json(const CarryPlan &carried, const Inspection *guest);
[[nodiscard]] std::string inspection_text(const CarryPlan &carried, const Inspection *guest);
/// "plan --json", likewise.
[[nodiscard]] Result<std::string> plan_json(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel);
/// The same for a person: a unified diff of each file that would change, and each command that would run.
[[nodiscard]] Result<std::string> plan_text(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel);

/// What a fixer does, one line in the user's language; empty where its table does not say.
[[nodiscard]] std::string summary_of(const FixerResult &result);
/// All notices of a plan and its fixers; a fixer that was skipped is one too.
[[nodiscard]] Notices notices_of(const RepairPlan &plan);

} // namespace h2k
