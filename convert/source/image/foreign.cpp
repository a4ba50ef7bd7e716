// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/foreign.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/foreign_machine.h"
#include "convert/source/image_kind.h"
#include <algorithm>
#include <array>

namespace h2k {

using namespace std::string_view_literals;

namespace {

struct Foreign {
    std::size_t offset;
    std::string_view magic;
    const char *name;    ///< a noun with its article
    const char *way_out; ///< a sentence
};

constexpr const char *first_unpack = N_("Unpack it first.");
constexpr const char *parallels =
    N_("Delete the snapshots of its machine with “prlctl snapshot-delete”, then convert it with “qemu-img convert -f "
       "parallels -O qcow2”.");

// The magic numbers of images are those of QEMU's drivers; of others, those of their own programs.
constexpr std::array foreign_magics{
    Foreign{0, "QED\0"sv, N_("a QED image"), N_("Convert it with “qemu-img convert -f qed -O qcow2” first.")},
    Foreign{0, "WithoutFreeSpace"sv, N_("a Parallels image"), parallels},
    Foreign{0, "WithouFreSpacExt"sv, N_("a Parallels image"), parallels},
    Foreign{0, "Bochs Virtual HD Image"sv, N_("a Bochs image"),
            N_("Convert it with “qemu-img convert -f bochs -O qcow2” first.")},
    Foreign{0, "#!/bin/sh\n#V2.0 Format\nmodprobe cloop"sv, N_("a cloop image"),
            N_("Convert it with “qemu-img convert -f cloop -O raw” first.")},
    Foreign{0, "VMA\0"sv, N_("a backup of Proxmox VE (VMA)"),
            N_("Unpack it on a Proxmox VE host with “vma extract FILE FOLDER”, then name the disk images in that "
               "folder.")},
    Foreign{0, "LUKS\xba\xbe"sv, N_("an encrypted LUKS volume"),
            N_("If the guest itself encrypts the whole disk, name the disk as the source, with --input-format raw and "
               "--key; if QEMU encrypted the "
               "image, convert it to an image without encryption first.")},
    Foreign{0, "partclone-image"sv, N_("an image of one file system (Partclone)"),
            N_("Restore the whole disk with Clonezilla to a raw image, and name that.")},
    Foreign{0, "EVF\x09\x0d\x0a\xff\0"sv, N_("a forensic image (EnCase)"),
            N_("Export it as a raw image with “ewfexport” first.")},
    Foreign{0, "MSWIM\0\0\0"sv, N_("a Windows image file (WIM)"),
            N_("It holds files and is not the disk of a machine; name the disk of the machine.")},
    Foreign{0, "\x3a\xff\x26\xed"sv, N_("an Android sparse image"),
            N_("Convert it to a raw image with “simg2img” first.")},
    Foreign{32769, "CD001"sv, N_("an ISO 9660 image"),
            N_("It is a CD or DVD and not the disk of a machine; name the disk of the machine.")},
    Foreign{0, "7z\xbc\xaf\x27\x1c"sv, N_("a 7-Zip archive"), first_unpack},
    Foreign{0, "Rar!\x1a\x07"sv, N_("a RAR archive"), first_unpack},
};

std::string not_read(const HostFile &file, const char *name, const char *way_out) {
    return sentence(_("“%s” is %s, which is not supported. %s"), file.name().c_str(), name, way_out);
}

bool is_text(std::string_view head) {
    if (const auto end = head.find_last_of('\n'); end != std::string_view::npos)
        head = head.substr(0, end); // the cut may go through a character
    return is_utf8(head) && std::ranges::all_of(head, [](char c) { return !g_ascii_iscntrl(c) || g_ascii_isspace(c); });
}

std::string text_kind(const HostFile &file, std::string_view head) {
    if (head.contains("<Envelope") || head.contains(":Envelope"))
        return sentence(_("“%s” is an OVF descriptor, not a disk image."), file.name().c_str());
    if (auto machine = foreign_settings(file.name(), head); !machine.empty())
        return machine;
    return sentence(_("“%s” is a text file, not a disk image."), file.name().c_str());
}

} // namespace

Result<std::string> foreign_kind(const HostFile &file, std::string_view head) {
    for (const auto &[offset, magic, name, way_out] : foreign_magics)
        if (offset < head.size() && head.substr(offset).starts_with(magic))
            return not_read(file, _(name), _(way_out));
    // A macOS image is recognised by its last sector alone.
    if (file.size() >= sector_size) {
        const auto tail = H2K_TRY(file.read(file.size() - sector_size, sector_size));
        if (tail.compare(0, 4, "koly") == 0)
            return not_read(file, _("a DMG image"), _("Convert it with “qemu-img convert -f dmg -O raw” first."));
    }
    return is_text(head) ? text_kind(file, head) : std::string{};
}

} // namespace h2k
