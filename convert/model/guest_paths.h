// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

/// Our own folder in a guest; a macro, so that texts of scripts and units can be joined with it.
#define H2K_GUEST_FOLDER "/var/lib/virt-hyper2kvm"

namespace h2k {

/// Guest paths that what plans, what applies, what reverts and what tests the boot have to agree on.
/// The originals of what a job changed, and its journal, in a folder with the name of the job.
inline constexpr const char *guest_folder = H2K_GUEST_FOLDER;
[[nodiscard]] inline std::string job_folder(const std::string &job) { return std::string{guest_folder} + "/" + job; }
/// Scripts that still wait for the first start.
inline constexpr const char *first_boot_scripts = H2K_GUEST_FOLDER "/firstboot.d";
/// What removes the old hypervisor's tools at the first start, and then itself.
inline constexpr const char *old_tools_script = H2K_GUEST_FOLDER "/old-tools.sh";
/// Where this is, the scripts do not run: a boot test makes it, in its throw-away copy alone.
inline constexpr const char *boot_test_marker = "/etc/virt-hyper2kvm-boot-test";

} // namespace h2k
