// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace h2k {

/// Guest paths that what plans the scripts of the first start and what tests the boot have to agree on.
/// Scripts that still wait for the first start.
inline constexpr const char *first_boot_scripts = "/var/lib/virt-hyper2kvm/firstboot.d";
/// Where this is, the scripts do not run: a boot test makes it, in its throw-away copy alone.
inline constexpr const char *boot_test_marker = "/etc/virt-hyper2kvm-boot-test";

} // namespace h2k
