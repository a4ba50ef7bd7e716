// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "fixers/linux/fixers.h"
#include <array>

namespace h2k {

namespace {

// In the order of running; the initramfs is last, since it copies what the others write.
constexpr std::array rows = {
    Fixer{"linux.identity", Phase::identity, N_("keeps the machine ID, or has the guest generate a new one"),
          plan_identity},
    Fixer{"linux.users", Phase::identity, N_("creates, changes and deletes the accounts that you ask for"), plan_users},
    Fixer{"linux.hostname", Phase::identity, N_("sets the host name and the known hosts that you ask for"),
          plan_hostname},
    Fixer{"linux.services", Phase::identity, N_("enables, disables and masks the services that you name"),
          plan_services},
    Fixer{"linux.fstab", Phase::storage,
          N_("names file systems and swap by UUID or label, and lets the guest boot without missing ones"), plan_fstab},
    Fixer{"linux.grub", Phase::storage, N_("names root and resume devices by UUID on the kernel command lines"),
          plan_grub},
    Fixer{"linux.raid", Phase::storage, N_("has mdadm search all disks for RAID members"), plan_raid},
    Fixer{"linux.lvm", Phase::storage, N_("keeps LVM from hiding the volumes on the new disks"), plan_lvm},
    Fixer{"linux.disk-names", Phase::storage,
          N_("names disks by UUID in systemd's units and services, and lists what only you can rename"),
          plan_disk_names},
    // Before the names, whose files have the old MACs.
    Fixer{"linux.cloud-network", Phase::network, N_("keeps cloud-init from replacing static addresses with DHCP"),
          plan_cloud_network},
    Fixer{"linux.network-files", Phase::network, N_("puts the network files that you supply into the guest"),
          plan_network_files},
    Fixer{"linux.network-names", Phase::network,
          N_("keeps the network interface names that the guest's configuration uses"), plan_network_names},
    Fixer{"linux.network-drivers", Phase::network,
          N_("loads the new network cards' drivers where the guest's configuration names drivers"),
          plan_network_drivers},
    Fixer{"linux.old-tools", Phase::agents,
          N_("has the old hypervisor's tools removed, and keeps them from starting until then"), plan_old_tools},
    Fixer{"linux.guest-agent", Phase::agents, N_("makes sure that QEMU's guest agent is installed and starts"),
          plan_guest_agent},
    Fixer{"linux.cloud", Phase::agents,
          N_("keeps the guest from waiting for the cloud's metadata service and clock, and seeds cloud-init"),
          plan_cloud},
    Fixer{"linux.old-drivers", Phase::cleanup,
          N_("removes the old hypervisor's drivers, consoles and shared folders from the configuration"),
          plan_old_drivers},
    Fixer{"linux.first-boot", Phase::cleanup, N_("has the guest run your scripts once, at its first boot"),
          plan_first_boot},
    Fixer{"linux.efi-fallback", Phase::boot,
          N_("puts the guest's own loader where firmware without boot entries expects one"), plan_efi_fallback},
    Fixer{"linux.initramfs", Phase::boot, N_("puts the drivers of the new disks into each kernel's initramfs"),
          plan_initramfs},
};

constexpr LastFixer labels{"linux.selinux", N_("gives changed files the labels of the guest's SELinux policy"),
                           plan_selinux};

constexpr FixerTable table{rows, &labels};

} // namespace

const FixerTable &linux_fixers() { return table; }

} // namespace h2k
