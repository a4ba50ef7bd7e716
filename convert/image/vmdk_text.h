// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/qemu_files.h"

namespace h2k {

/// A descriptor of our own for a VMDK whose descriptor is a text: VMware "Virtual Disk Format 5.0", "The Descriptor
/// File".  It names the files that were opened and checked, and QEMU reads it instead of the stranger's.  @parent: the
/// identity of the image below; empty: there is none.
[[nodiscard]] Result<HeldFile> vmdk_text_for(const Image &image, const std::string &parent, QemuFiles &files);

} // namespace h2k
