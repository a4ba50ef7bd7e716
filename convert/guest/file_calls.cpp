// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/file_calls.h"

namespace h2k {

FileCalls::~FileCalls() = default;

} // namespace h2k
