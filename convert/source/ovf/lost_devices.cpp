// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/lost_devices.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/ovf/items.h"
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

} // namespace

std::vector<NotCarried> ovf_lost_devices(const OvfEnvelope &envelope) {
    std::vector<NotCarried> lost;
    for (const auto &item : envelope.system.items) {
        if (lost.size() >= most_lost)
            break;
        const auto kind = lost_kind(item);
        if (!kind)
            continue;
        const auto name = printable(item.element_name);
        const auto file = ovf_medium(envelope, item);
        lost.push_back({*kind, file ? name + " (" + printable(envelope.files[*file].href) + ")" : name});
    }
    return lost;
}

} // namespace h2k
