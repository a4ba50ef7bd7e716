// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/api/h2k-request.h"
#include "convert/config/options.h"
#include <optional>

/// The request's values; valid while @self lives.
[[nodiscard]] const h2k::Request &h2k_request_peek(H2kRequest *self);
/// Nothing for a number that is no H2kAction.
[[nodiscard]] std::optional<h2k::Action> h2k_action_of(H2kAction action);
/// For g_strfreev().
[[nodiscard]] char **h2k_strv_of(const std::vector<std::string> &strings);
