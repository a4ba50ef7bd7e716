// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include "convert/model/machine.h"
#include "convert/source/media.h"
#include "convert/source/registered_image.h"
#include "convert/xml/xml_document.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// One hard disk as the settings have it.
struct VboxDisk {
    std::string slot; ///< "SATA 0:0": controller, port and device
    Bus bus{};
    std::string location; ///< as written: of the folder, or a path of the host that it was on
    /// The image and those that it is based on, the next one first.
    std::vector<RegisteredImage> chain{};
};

struct VboxSettings {
    Machine machine;             ///< without disks
    std::vector<VboxDisk> disks; ///< by controller, port and device
    std::vector<NamedMedium> media;
    Notices notices;
};

/// Does @head start like the settings of a VirtualBox machine?
[[nodiscard]] bool is_vbox(std::string_view head);

/// Reads the settings of a machine as VirtualBox 4.1 and later writes them; Oracle describes the format in
/// VirtualBox-settings.xsd.  @name: what the file is called in messages.  Everything damaged, encrypted or not
/// supported is H2K_ERROR_SOURCE.
[[nodiscard]] Result<VboxSettings> parse_vbox(std::string_view text, const std::string &name);

/// Adds the disks, CD-ROM drives and floppy drives of @machine, the element.  Errors as of parse_vbox.
[[nodiscard]] Result<> add_vbox_drives(VboxSettings &into, const XmlElement &machine, const std::string &name);

} // namespace h2k
