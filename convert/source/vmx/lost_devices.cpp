// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/vmx/devices.h"
#include <array>

namespace h2k {

namespace {

constexpr std::size_t most_lost = 256;

/// A kind of device "serial0", present where "serial0.present" says so.
struct LostKind {
    std::string_view prefix;
    LostDevice kind;
    std::array<std::string_view, 2> details; ///< the first of these keys that is set describes it
};
constexpr std::array lost_kinds{
    LostKind{"pcipassthru", LostDevice::pci, {"id", "deviceid"}},
    LostKind{"serial", LostDevice::serial, {"filename", "filetype"}},
    LostKind{"parallel", LostDevice::parallel, {"filename", "filetype"}},
    LostKind{"floppy", LostDevice::floppy, {"filename", "filetype"}},
    LostKind{"sound", LostDevice::sound, {"virtualdev", "filename"}},
    LostKind{"sharedfolder", LostDevice::folder, {"hostpath", "guestname"}},
    LostKind{"usb:", LostDevice::usb, {"devicetype", "deviceid"}},
    LostKind{"usb_xhci:", LostDevice::usb, {"devicetype", "deviceid"}},
};

/// Does @name have the prefix, and nothing but a number after it?  "sound" is the one without.
bool is_of(const LostKind &kind, std::string_view name) {
    if (!name.starts_with(kind.prefix))
        return false;
    const auto rest = name.substr(kind.prefix.size());
    return rest.empty() ? kind.kind == LostDevice::sound : parse_number<unsigned>(rest).has_value();
}

/// Keyboard, pointer and hub are of the machine itself.
bool is_of_host(const std::string &type) { return type != "hid" && type != "mouse" && type != "hub"; }

NotCarried lost_device(const LostKind &kind, const std::string &name, const VmxSettings &settings) {
    if (const auto &vgpu = settings[name + ".vgpu"]; !vgpu.empty())
        return {LostDevice::gpu, name + " (" + printable(vgpu) + ")"};
    for (const auto &key : kind.details)
        if (const auto &detail = settings[name + "." + std::string{key}]; !detail.empty())
            return {kind.kind, name + " (" + printable(detail) + ")"};
    return {kind.kind, name};
}

} // namespace

void add_vmx_lost_devices(VmxHardware &into, const VmxSettings &settings) {
    constexpr std::string_view present = ".present";
    auto &lost = into.machine.not_carried;
    for (const auto &[key, value] : settings.values) {
        if (lost.size() >= most_lost)
            return;
        // One that is attached as soon as the machine starts.
        if (key.starts_with("usb.autoconnect.device") && !value.empty())
            lost.push_back({LostDevice::usb, printable(value)});
        if (!key.ends_with(present) || !settings.is_true(key))
            continue;
        const auto name = key.substr(0, key.size() - present.size());
        for (const auto &kind : lost_kinds)
            if (is_of(kind, name) && is_of_host(lower(settings[name + ".devicetype"])))
                lost.push_back(lost_device(kind, name, settings));
    }
}

} // namespace h2k
