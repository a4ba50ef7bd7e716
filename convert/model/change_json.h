// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/change.h"
#include "convert/model/json.h"

namespace h2k {

/// The members that a change has in every document: fixer, kind, path, reason, command, and those of its kind.
void write_change(JsonWriter &json, const Change &change);

void write_change_member(JsonWriter &json, const ChangeMember &member);

} // namespace h2k
