// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// Kills the processes of QEMU, swtpm and virt-hyper2kvm-boot whose command line names a file in @root, a private
/// folder of a boot test. For the case that virt-hyper2kvm-boot, which knows its children, was killed itself.
void kill_qemu_of(const std::string &root);

/// Removes a folder of a boot test, which has a name that begins with "h2k-".
void remove_boot_folder(const std::string &path);

} // namespace h2k
