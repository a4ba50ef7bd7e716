// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include "convert/model/inspection.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// A folder below \EFI; FAT ignores case, so names are compared without it.
struct EfiFolder {
    std::string path, name;
    std::vector<std::string> files; ///< names as they are spelled

    /// The path of the file called @name; empty: none.
    [[nodiscard]] std::string file(std::string_view name) const;
};

/// The content of the EFI system partition, mounted at @path.
struct EfiPartition {
    std::string path;
    std::string efi;                ///< its folder \EFI as it is spelled
    std::vector<EfiFolder> folders; ///< below \EFI, sorted; only those with names of plain characters
    bool has_entries = false;       ///< of the Boot Loader Specification, which systemd-boot reads

    /// Null: none.
    [[nodiscard]] const EfiFolder *folder(std::string_view name) const;
};

/// Where the guest mounts its EFI system partition: /boot/efi, /efi or /boot; empty: nowhere.
[[nodiscard]] std::string find_esp_mount(const Inspection &facts);
[[nodiscard]] Result<EfiPartition> read_esp(const GuestView &guest, const std::string &mount);

/// A loader that can be started from \EFI\BOOT.
struct EfiLoader {
    std::string first;                   ///< becomes BOOTX64.EFI
    std::vector<std::string> companions; ///< keep their names
    std::string config;                  ///< grub.cfg in the loader's own folder; empty: has none
    std::string vendor;                  ///< name of that folder
    bool own = false;                    ///< the folder is the distribution's
    bool last_resort = false;            ///< may not find its settings from \EFI\BOOT
};
/// Every usable loader of the guest, the best first.  @suffix: "x64" or "aa64".
[[nodiscard]] Result<std::vector<EfiLoader>> find_efi_loaders(const GuestView &guest, const EfiPartition &esp,
                                                              const Inspection &facts, const std::string &suffix);

} // namespace h2k
