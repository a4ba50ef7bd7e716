// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest_interface.h"
#include "convert/model/machine.h"
#include "convert/model/storage.h"
#include <string>
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

/// What a guest is.  Filled by inspect() alone.
struct Inspection {
    Family family = Family::unknown;
    std::string distro;      ///< ID of os-release(5): "debian"
    std::string like;        ///< ID_LIKE, words
    std::string version;     ///< VERSION_ID
    std::string pretty_name; ///< PRETTY_NAME
    std::string arch;        ///< "x86_64"
    std::string hostname;
    std::string init;                      ///< "systemd", or empty
    std::string packages;                  ///< "deb", "rpm", "apk", "pacman" or empty
    std::string initramfs_tool;            ///< "initramfs-tools", "dracut", … or empty
    bool clock_is_local = false;           ///< the hardware clock has local time, and not UTC
    Firmware firmware = Firmware::unknown; ///< what the disk is laid out for
    std::string root;                      ///< appliance name of the root device
    std::vector<std::string> root_stack;   ///< what an initramfs goes through to "/" and "/usr": file-system types and
                                           ///< "lvm", "crypt", "raid", from the top, each once
    std::vector<BlockDevice> devices;
    std::vector<Mount> mounts;              ///< as mounted, "/" first
    std::vector<Kernel> kernels;            ///< oldest first, in version order
    std::vector<GuestInterface> interfaces; ///< that its files configure
    std::vector<std::string> warnings;      ///< whole sentences
};

} // namespace h2k
