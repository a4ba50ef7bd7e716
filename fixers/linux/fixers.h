// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixers of Linux guests, one function each: the rows of table.cpp.
#pragma once
#include "fixers/fixer.h"

namespace h2k {

/// Whether the guest stays the machine that it was: machine ID and random seeds.
[[nodiscard]] Result<Finding> plan_identity(const FixerInput &input);

/// Makes, changes, locks and deletes accounts as the user's configuration says.
[[nodiscard]] Result<Finding> plan_users(const FixerInput &input);

/// The host name that the user wants, wherever the guest keeps it, and lines of /etc/hosts.
[[nodiscard]] Result<Finding> plan_hostname(const FixerInput &input);

/// Services start, or no longer start, as the user's configuration says.
[[nodiscard]] Result<Finding> plan_services(const FixerInput &input);

/// /etc/fstab, /etc/crypttab and the resume device of initramfs-tools name devices by what is on them; a file system
/// that is missing does not hold up the boot.
[[nodiscard]] Result<Finding> plan_fstab(const FixerInput &input);

/// The kernel command lines of GRUB, the Boot Loader Specification and syslinux name root and resume devices by what
/// is on them, now and after the guest's own tools have written them again.
[[nodiscard]] Result<Finding> plan_grub(const FixerInput &input);

/// mdadm's configuration finds the members of RAID sets on whatever disks they are.
[[nodiscard]] Result<Finding> plan_raid(const FixerInput &input);

/// Neither a filter nor a list of devices hides LVM's physical volumes on disks that have other names now.
[[nodiscard]] Result<Finding> plan_lvm(const FixerInput &input);

/// Units of systemd and settings of services name devices by what is on them; a warning lists the files whose names of
/// disks only the user can replace.
[[nodiscard]] Result<Finding> plan_disk_names(const FixerInput &input);

/// cloud-init rewrites a guest's network configuration when it sees a new machine: with what its data source says,
/// or DHCP where the old machine's source is gone.  Static addresses that it wrote once would be lost.
[[nodiscard]] Result<Finding> plan_cloud_network(const FixerInput &input);

/// Files of systemd-networkd and NetworkManager that the user supplies.
[[nodiscard]] Result<Finding> plan_network_files(const FixerInput &input);

/// Each network interface keeps the name that the guest's configuration uses, identified by the MAC of the target's
/// card; ties to the old hardware are removed.
[[nodiscard]] Result<Finding> plan_network_names(const FixerInput &input);

/// Old guests name the driver of each network card in modprobe's configuration, and RHEL 5 looks for new hardware
/// itself.
[[nodiscard]] Result<Finding> plan_network_drivers(const FixerInput &input);

/// The guest's own package manager removes the old hypervisor's tools, when the guest starts first or in the repair;
/// until then, and where they cannot be removed, they do not start.  Agents of clouds are reported, and removed where
/// the user asks for that.
[[nodiscard]] Result<Finding> plan_old_tools(const FixerInput &input);

/// The guest has QEMU's guest agent and starts it.  Nothing is fetched from a network unless the user asks for that.
[[nodiscard]] Result<Finding> plan_guest_agent(const FixerInput &input);

/// cloud-init no longer waits for a cloud that it is not in, clocks of hypervisors are no time source, and a seed says
/// what the user wants cloud-init to do.
[[nodiscard]] Result<Finding> plan_cloud(const FixerInput &input);

/// Nothing refers to drivers of the old hypervisor any more (modules, X, consoles, shared folders), and nothing forbids
/// the new ones.
[[nodiscard]] Result<Finding> plan_old_drivers(const FixerInput &input);

/// The scripts that the user wants the guest to run.
[[nodiscard]] Result<Finding> plan_first_boot(const FixerInput &input);

/// A guest that starts by UEFI has a loader where firmware without boot entries looks for one, since the entries of the
/// old machine's NVRAM are not carried: \EFI\BOOT\BOOTX64.EFI (UEFI specification, section 3.5.1.1).
[[nodiscard]] Result<Finding> plan_efi_fallback(const FixerInput &input);

/// Every kernel's initramfs holds the drivers of the disks that the guest will have.
[[nodiscard]] Result<Finding> plan_initramfs(const FixerInput &input);

/// Gives what the others write the labels of the guest's SELinux policy.
[[nodiscard]] Result<Finding> plan_selinux(const FixerInput &input, const GuestView &before,
                                           const std::vector<Change> &planned);

[[nodiscard]] const FixerTable &linux_fixers();

} // namespace h2k
