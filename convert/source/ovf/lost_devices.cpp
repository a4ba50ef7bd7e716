// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/lost_devices.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/ovf/items.h"
#include <algorithm>
#include <optional>

namespace h2k {

namespace {

constexpr std::size_t most_lost = 256;

/// By the product's own name of a device that CIM has no number for.
std::optional<LostDevice> kind_by_subtype(const std::string &subtype) {
    if (subtype.contains("vgpu"))
        return LostDevice::gpu;
    if (subtype.contains("pcipassthrough") || subtype.contains("sriov"))
        return LostDevice::pci;
    if (subtype.contains("sound") || subtype.contains("hdaudio"))
        return LostDevice::sound;
    if (subtype.contains("remoteusb") || subtype.contains("usbdevice"))
        return LostDevice::usb;
    return std::nullopt;
}

std::optional<LostDevice> lost_kind(const OvfItem &item) {
    switch (type_of(item)) {
    case OvfType::floppy: return LostDevice::floppy;
    case OvfType::tape: return LostDevice::drive;
    case OvfType::serial_port: return LostDevice::serial;
    case OvfType::parallel_port: return LostDevice::parallel;
    case OvfType::sound_card: return LostDevice::sound;
    default: return kind_by_subtype(lower(item.subtype));
    }
}

/// The file that an item names: "ovf:/file/ID"; "" where there is none.
std::string medium_of(const OvfItem &item, const OvfEnvelope &envelope) {
    if (!item.host_resource.contains("/file/") && !item.host_resource.starts_with("file/"))
        return {};
    const auto id = item.host_resource.substr(item.host_resource.rfind('/') + 1);
    const auto file = std::ranges::find(envelope.files, id, &OvfFile::id);
    return file == envelope.files.end() ? std::string{} : file->href;
}

} // namespace

std::vector<NotCarried> ovf_lost_devices(const OvfEnvelope &envelope) {
    std::vector<NotCarried> lost;
    for (const auto &item : envelope.system.items) {
        if (lost.size() >= most_lost)
            break;
        const auto medium = printable(medium_of(item, envelope)), name = printable(item.element_name);
        const bool is_cd = type_of(item) == OvfType::cd || type_of(item) == OvfType::dvd;
        if (is_cd && !medium.empty())
            lost.push_back({LostDevice::medium, medium});
        if (const auto kind = lost_kind(item))
            lost.push_back({*kind, medium.empty() ? name : name + " (" + medium + ")"});
    }
    return lost;
}

} // namespace h2k
