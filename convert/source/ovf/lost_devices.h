// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/machine.h"
#include "convert/source/ovf/envelope.h"

namespace h2k {

/// The devices of @envelope that no domain gets.
[[nodiscard]] std::vector<NotCarried> ovf_lost_devices(const OvfEnvelope &envelope);

} // namespace h2k
