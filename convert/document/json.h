// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/document/node.h"

namespace h2k {

/// One value of JSON, by the letter of RFC 8259 and without a NUL in any text; repeated keys are refused.
/// @name is for messages.  H2K_ERROR_USAGE.
[[nodiscard]] Result<Document> read_json(const std::string &text, const std::string &name,
                                         const DocumentLimits &limits = {});

} // namespace h2k
