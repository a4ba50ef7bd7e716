// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <span>
#include <string_view>

namespace h2k {

/// Where in \EFI of the EFI system partition one distribution's loader lies, the likeliest folder first.
struct EfiFolders {
    std::string_view id; ///< ID of os-release(5)
    std::span<const std::string_view> folders;
};
/// A hypervisor's tools for guests, as one family packages them.
struct OldTools {
    std::string_view of; ///< "vmware", "hyper-v", "virtualbox", "xen"
    std::span<const std::string_view> packages;
    std::span<const std::string_view> services; ///< unit or init script; one without a suffix is a .service
};
/// The habits of related distributions: a row of osinfo-data/linux/families.json, whose schema lies beside it.
struct LinuxFamily {
    std::string_view name;                             ///< "debian", "rhel", …
    std::span<const std::string_view> ids;             ///< ID and words of ID_LIKE that mean it
    std::string_view packages;                         ///< "deb", "rpm", "apk", "pacman", "portage", "xbps"
    std::string_view manager;                          ///< the program that installs packages
    std::span<const std::string_view> initramfs_tools; ///< the usual one first
    std::span<const std::string_view> network;         ///< what may configure it, the usual one first
    std::span<const std::string_view> boot_folders;    ///< where boot loaders' configuration lies
    std::span<const EfiFolders> efi_folders;
    std::string_view agent_package, agent_service; ///< QEMU's guest agent
    std::span<const OldTools> old_tools;

    /// Null: the family has no such tools.
    [[nodiscard]] const OldTools *tools_of(std::string_view hypervisor) const;
};

[[nodiscard]] std::span<const LinuxFamily> linux_families();
/// The family of the distribution @id (ID of os-release), else the first that a word of @like (ID_LIKE) means.
/// Null: none is known.
[[nodiscard]] const LinuxFamily *find_linux_family(std::string_view id, std::string_view like);
[[nodiscard]] const LinuxFamily *family_of(const LinuxFacts &facts);

} // namespace h2k
