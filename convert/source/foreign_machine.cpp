// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/foreign_machine.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/folder/names.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr const char *proxmox =
    N_("“%s” is the settings file of a Proxmox VE machine, which is not read. On its host, “pvesm path VOLUME” says "
       "where a disk is; name the disk images, or convert them with “qemu-img convert -O qcow2” and name those.");
constexpr const char *parallels =
    N_("“%s” is a machine of Parallels, which is not read. Delete its snapshots with “prlctl snapshot-delete”, convert "
       "the .hds file in its .hdd folder with “qemu-img convert -f parallels -O qcow2”, and name the result.");
constexpr const char *utm =
    N_("“%s” is a machine of UTM, which is not read. Name the disk images in its folder “Data” (“Images” in old "
       "versions) as the sources.");
constexpr const char *xen_server =
    N_("“%s” is an export of XenServer or XCP-ng (XVA), which is not read. Export the disks there with “xe vdi-export "
       "uuid=UUID filename=disk.vhd format=vhd” and name those, or export the machine as an OVA.");
constexpr const char *xen =
    N_("“%s” is the settings file of a Xen machine, which is not read. Name the disks that it lists as the sources; "
       "“virsh domxml-from-native xen-xl FILE” on its host makes a domain of libvirt of it.");
constexpr const char *clonezilla =
    N_("“%s” is a folder of Clonezilla, which is not read. Restore it with Clonezilla to a raw image, and name that.");

struct Sign {
    std::string_view text;
    const char *what; ///< a sentence about “%s”
};
constexpr std::array signs_in_texts{
    Sign{"<ParallelsVirtualMachine", parallels},
    Sign{"<Parallels_disk_image", parallels},
    Sign{"<!DOCTYPE plist", utm},
    Sign{"<plist", utm},
};
/// Names of files in folders.
constexpr std::array signs_in_folders{
    Sign{"config.pvs", parallels}, Sign{"diskdescriptor.xml", parallels}, Sign{"config.plist", utm},
    Sign{"ova.xml", xen_server},   Sign{"clonezilla-img", clonezilla},
};

std::string about(const char *what, const std::string &name) { return replace_all(_(what), "%s", name); }

/// "scsi0: local-lvm:vm-100-disk-0,size=32G"
bool is_disk_of_proxmox(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return false;
    const auto key = line.substr(0, colon);
    const auto digits = key.find_first_of("0123456789");
    constexpr std::array buses{"scsi", "virtio", "ide", "sata", "efidisk"};
    return digits != std::string_view::npos && std::ranges::find(buses, key.substr(0, digits)) != buses.end() &&
           parse_number(key.substr(digits)).has_value() && line.substr(colon + 1).contains(':');
}

/// "disk = [ 'phy:/dev/vg/web,xvda,w' ]"
bool is_disk_of_xen(std::string_view line) {
    if (!line.starts_with("disk"))
        return false;
    const auto rest = trim(line.substr(std::string_view{"disk"}.size()));
    return rest.starts_with('=') && trim(rest.substr(1)).starts_with('[');
}

} // namespace

std::string foreign_settings(const std::string &name, std::string_view head) {
    for (const auto &[text, what] : signs_in_texts)
        if (head.contains(text))
            return about(what, name);
    for (const auto &line : lines(head)) {
        if (is_disk_of_proxmox(trim(line)))
            return about(proxmox, name);
        if (is_disk_of_xen(trim(line)))
            return about(xen, name);
    }
    return {};
}

std::string foreign_folder(const std::string &path) {
    for (const auto &name : folder_names(path))
        for (const auto &[text, what] : signs_in_folders)
            if (lower(name) == text)
                return about(what, printable(base_name(path)));
    return {};
}

std::string foreign_archive(const std::string &name, std::string_view first) {
    return first == "ova.xml" ? about(xen_server, name) : std::string{};
}

} // namespace h2k
