// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/json.h"
#include "convert/model/plans.h"

namespace h2k {

// Parts that documents and reports share; docs/json.md describes them.
void write_machine(JsonWriter &json, const char *name, const Machine &machine);
void write_guest(JsonWriter &json, const char *name, const Inspection &guest);
void write_fixers(JsonWriter &json, const char *name, const std::vector<FixerResult> &fixers);

} // namespace h2k
