// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/handle.h"
#include <string>

namespace h2k {

/// What libguestfs asks QEMU before it starts an appliance (half a second without KVM), it notes in its cache.  It
/// takes size and time of the file that it starts for QEMU's, and that file is ours, the same for every QEMU.  So what
/// it noted is used only where a mark of ours beside it says that it is of this QEMU, unchanged since, and without KVM:
/// whether that works can change.  Source: libguestfs, lib/qemu.c.
class Probes {
  public:
    /// @link: what libguestfs starts.  What was noted of another than @program is removed.
    Probes(const Handle &handle, const std::string &link, const std::string &program, bool use_kvm);
    /// After a launch, in which libguestfs may have asked: notes of what that was.
    void mark() const;

  private:
    std::string link_, program_, note_, mark_;
};

} // namespace h2k
