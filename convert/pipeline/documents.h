// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/json.h"
#include "convert/model/plans.h"

namespace h2k {

/// "inspect --json": {"version":1,"kind":"inspection","source":…,"guest":…}.
[[nodiscard]] std::string inspection_json(const CarryPlan &carried, const Inspection &guest);
[[nodiscard]] std::string inspection_text(const CarryPlan &carried, const Inspection &guest);
/// "plan --json": {"version":1,"kind":"plan","source":…,"guest":…,"fixers":…,"changes":…,"target":…}.
[[nodiscard]] Result<std::string> plan_json(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel);
/// The same for a person: a unified diff of each file that would change, and each command that would run.
[[nodiscard]] Result<std::string> plan_text(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel);

// Parts that documents and reports share.
void write_machine(JsonWriter &json, const char *name, const Machine &machine);
void write_inspection(JsonWriter &json, const char *name, const Inspection &guest);
void write_fixers(JsonWriter &json, const char *name, const std::vector<FixerResult> &fixers);

} // namespace h2k
