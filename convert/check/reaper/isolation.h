// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// Moves this process, and what it will start, to a network of its own without any interface that is up, so that a
/// guest in QEMU's user-mode network reaches neither the host's services on loopback or abstract sockets nor what the
/// host can reach; its DHCP server is part of QEMU.  System V IPC and the host's name are separated as well.  Without
/// the privilege, a user namespace gives it, in which our user is itself.  Returns 0, or errno; for a process without
/// threads.
[[nodiscard]] int leave_host_network();

/// Puts the file @nothing, which nobody may open, in place of /dev/kvm for this process and what it will start.
/// libvirt runs the QEMU that it asks for its abilities with CAP_DAC_OVERRIDE: that finds KVM where the user of the
/// domain's QEMU may not use it, and libvirt asks again at each of twenty occasions (virQEMUCapsIsValid()).
/// Does nothing without the privilege, which that QEMU has not got either.
void hide_kvm(const char *nothing);

} // namespace h2k
