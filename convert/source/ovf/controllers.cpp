// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/controllers.h"
#include "convert/base/text.h"
#include "convert/source/ovf/items.h"
#include "convert/source/ovf/units.h"
#include <algorithm>
#include <optional>
#include <tuple>

namespace h2k {

namespace {

/// "Other storage device" has what CIM has no number for: "AHCI" and "vmware.sata.ahci", "vmware.nvme.controller",
/// VirtualBox's "NVMe", "VirtioSCSI" and "LsiLogicSas".
Bus bus_of_storage(const std::string &subtype) {
    if (subtype.contains("nvme"))
        return Bus::nvme;
    return subtype.contains("scsi") || subtype.ends_with("sas") ? Bus::scsi : Bus::sata;
}

std::optional<Bus> bus_of_controller(const OvfItem &item) {
    switch (type_of(item)) {
    case OvfType::ide_controller: return Bus::ide;
    case OvfType::scsi_controller:
    case OvfType::fibre_channel_controller:
    case OvfType::iscsi_controller: return Bus::scsi;
    case OvfType::storage_controller: return bus_of_storage(lower(item.subtype));
    default: return std::nullopt;
    }
}

struct Found {
    std::string instance;
    Bus bus{};
    std::size_t kind = 0; ///< how many kinds came before its own
    std::uint64_t address = 0;
};

} // namespace

std::map<std::string, OvfController> ovf_controllers(std::span<const OvfItem> items) {
    std::vector<Found> found;
    std::vector<Bus> kinds;
    for (const auto &item : items) {
        const auto bus = bus_of_controller(item);
        if (!bus)
            continue;
        if (std::ranges::find(kinds, *bus) == kinds.end())
            kinds.push_back(*bus);
        const auto kind = std::ranges::find(kinds, *bus) - kinds.begin();
        found.push_back({.instance = item.instance,
                         .bus = *bus,
                         .kind = static_cast<std::size_t>(kind),
                         .address = ovf_bytes(item.address, "byte").value_or(0)});
    }
    std::ranges::stable_sort(found, {}, [](const Found &one) { return std::tuple{one.kind, one.address}; });
    std::map<std::string, OvfController> all;
    for (std::size_t i = 0; i < found.size(); ++i)
        all.emplace(found[i].instance, OvfController{.bus = found[i].bus, .rank = i});
    return all;
}

} // namespace h2k
