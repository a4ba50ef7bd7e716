// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <vector>

namespace h2k {

/// For a QEMU as libguestfs starts it: opens what its @arguments name while this process still may, and names the
/// descriptors there instead.  So it needs access to no path of the host, whoever it runs as and whatever the modes of
/// its files and their folders are:
/// -kernel, -initrd (copies in memory), -chardev socket,path=… (connected; the socket and its folder, if that is ours,
/// are removed, since one connection is all that libguestfs waits for), -drive file=nbd:unix:… (connected), and
/// -drive file=…,snapshot=on (opened for reading).
[[nodiscard]] Result<> hand_over(std::vector<std::string> &arguments);

} // namespace h2k
