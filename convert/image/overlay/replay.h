// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"

namespace h2k {

/// Makes Image::replayed of @image, which has a log: a qcow2 without a name in the folder of @beside, in which the log
/// is replayed.  It lasts as long as it is held.
[[nodiscard]] Result<> replay_log(Image &image, const std::string &beside, GCancellable *cancel);

} // namespace h2k
