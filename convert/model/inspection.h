// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest_interface.h"
#include "convert/model/machine.h"
#include "convert/model/storage.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace h2k {

enum class Family { unknown, linux_os, windows };
[[nodiscard]] constexpr const char *name_of(Family family) {
    switch (family) {
    case Family::unknown: return "unknown";
    case Family::linux_os: return "linux";
    case Family::windows: return "windows";
    }
    return "";
}

/// A file system of the guest and where the guest mounts it.
struct Mount {
    std::string device; ///< appliance name, as in BlockDevice::name
    std::string path;   ///< mount point
    std::string type;
    std::string options; ///< as in fstab
};

/// An installed kernel.
struct Kernel {
    std::string version;   ///< "6.1.0-18-amd64": the name of its modules folder
    std::string image;     ///< "/boot/vmlinuz-…"
    std::string initramfs; ///< "/boot/initrd.img-…"; empty where it has none
};

/// What only a Linux guest has.
struct LinuxFacts {
    std::string distro;                  ///< ID of os-release(5): "debian"
    std::string like;                    ///< ID_LIKE, words
    std::string init;                    ///< "systemd", or empty
    std::string packages;                ///< "deb", "rpm", "apk", "pacman" or empty
    std::string initramfs_tool;          ///< "initramfs-tools", "dracut", … or empty
    std::vector<std::string> root_stack; ///< what an initramfs goes through to "/" and "/usr": file-system types and
                                         ///< "lvm", "crypt", "raid", from the top, each once
    std::vector<Kernel> kernels;         ///< oldest first, in version order
};

/// What a guest is.  Filled by inspect() alone.
struct Inspection {
    /// What only its kind of system has: nothing for one of no known kind.  WindowsFacts would stand beside LinuxFacts.
    std::variant<std::monostate, LinuxFacts> system;
    std::string version;     ///< of the system: VERSION_ID of os-release(5)
    std::string pretty_name; ///< PRETTY_NAME
    std::string arch;        ///< "x86_64"
    std::string hostname;
    bool clock_is_local = false;           ///< the hardware clock has local time, and not UTC
    Firmware firmware = Firmware::unknown; ///< what the disk is laid out for
    std::string root;                      ///< appliance name of the root device; empty: no system was recognised
    /// Indexes of the disks that a BIOS can start, the one to start first; nothing: not known.
    std::optional<std::vector<unsigned>> boot_code;
    std::vector<BlockDevice> devices;
    std::vector<Mount> mounts;              ///< as mounted, "/" first
    std::vector<GuestInterface> interfaces; ///< that its files configure
    Notices notices;                        ///< whole sentences

    [[nodiscard]] Family family() const noexcept {
        return std::holds_alternative<LinuxFacts>(system) ? Family::linux_os : Family::unknown;
    }
    /// Those of no guest, which are empty, where this is no Linux.
    [[nodiscard]] const LinuxFacts &linux_facts() const noexcept {
        static const LinuxFacts none;
        const auto *facts = std::get_if<LinuxFacts>(&system);
        return facts ? *facts : none;
    }
};

} // namespace h2k
