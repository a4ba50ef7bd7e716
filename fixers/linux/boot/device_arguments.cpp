// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/boot/device_arguments.h"
#include "convert/base/text.h"
#include "fixers/linux/network/old_scheme.h"
#include <algorithm>
#include <array>
#include <glib.h>

namespace h2k {

namespace {

/// Arguments with a device, and which of the parts between colons it is; -1: the whole value.
struct DeviceArgument {
    std::string_view name;
    int part;
};
constexpr std::array arguments{
    DeviceArgument{"real_root", -1},          DeviceArgument{"real_resume", -1},       DeviceArgument{"mount.usr", -1},
    DeviceArgument{"systemd.mount-extra", 0}, DeviceArgument{"systemd.swap-extra", 0}, DeviceArgument{"rd.luks.key", 1},
};

/// The interface of "ip=CLIENT:PEER:GATEWAY:MASK:HOST:INTERFACE:METHOD" or "ip=INTERFACE:METHOD"; empty: none.
std::string interface_of(const std::string &value) {
    if (value.contains('[')) // an IPv6 address has colons of its own
        return {};
    const auto parts = split(value, ':');
    const auto name = parts.size() >= 6 ? parts[5] : parts.size() >= 2 && parts.size() <= 4 ? parts[0] : std::string{};
    constexpr std::size_t longest = 15; // IFNAMSIZ
    return name.size() <= longest && consists_of(name, "._-") && !g_ascii_isdigit(name[0]) ? name : std::string{};
}

/// The interface that @argument names and the kernel does not: eth0 it gives itself.
std::string named_by(const text::KernelArgument &argument) {
    const auto name = argument.name == "ip" ? interface_of(argument.value.value) : std::string{};
    return kernel_index(name) ? std::string{} : name;
}

std::string mac_for(const std::string &name, const NicPairs &cards, const std::vector<Nic> &target) {
    if (const auto *pair = cards.find(name, {}))
        return pair->mac;
    for (const auto &nic : target)
        if (is_name_of_slot(name, nic.slot))
            return nic.mac;
    return target.size() == 1 ? target.front().mac : std::string{};
}

} // namespace

std::optional<text::Piece> device_within(const text::KernelArgument &argument) {
    const auto *row = std::ranges::find(arguments, argument.name, &DeviceArgument::name);
    if (row == arguments.end())
        return std::nullopt;
    if (row->part < 0)
        return argument.value;
    auto at = std::size_t{0};
    for (int i = 0; i < row->part; ++i) {
        at = argument.value.value.find(':', at);
        if (at == std::string::npos)
            return std::nullopt;
        ++at;
    }
    const auto device = argument.value.value.substr(at, argument.value.value.find(':', at) - at);
    return text::Piece{device, argument.value.at + at, device.size()};
}

bool names_interfaces(const std::vector<text::KernelArgument> &arguments) {
    return std::ranges::any_of(arguments, [](const auto &argument) { return !named_by(argument).empty(); });
}

std::string missing_interface_names(const std::vector<text::KernelArgument> &all, const NicPairs &cards,
                                    const std::vector<Nic> &target) {
    std::string missing;
    for (const auto &argument : all) {
        const auto name = named_by(argument);
        if (name.empty())
            continue;
        const auto is_named = [&](const text::KernelArgument &other) {
            return other.name == "ifname" && other.value.value.starts_with(name + ":");
        };
        const auto mac = mac_for(name, cards, target);
        const auto more = " ifname=" + name + ":" + mac;
        if (!mac.empty() && std::ranges::none_of(all, is_named) && !missing.contains(more))
            missing += more;
    }
    return missing;
}

} // namespace h2k
