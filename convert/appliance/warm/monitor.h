// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <string>

namespace h2k {

/// Has the QEMU behind @socket (QMP, just started) write its machine, memory and all, to @state, and end.  Source:
/// QEMU's docs/interop/qemu-qmp-ref, "migrate", "getfd".  H2K_ERROR_TARGET where @state cannot be written.  Only for a
/// QEMU that no guest has been in.
[[nodiscard]] Result<> save_machine(const Descriptor &socket, int state, GCancellable *cancel);

} // namespace h2k
