// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules of udev(7) that name network cards, above all those of its old generator.
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"

namespace h2k {

const text::UdevTerm *card_name_of(const text::UdevRule &rule) {
    const auto *subsystem = rule.term("SUBSYSTEM", "==");
    if (!subsystem || subsystem->value.value != "net")
        return nullptr;
    const auto *name = rule.term("NAME", "=");
    return name ? name : rule.term("NAME", ":=");
}

/// What the rule requires of the card beside its MAC; "?*" is any card.
static void add_hardware(const text::UdevRule &rule, NetworkUse &use) {
    for (const auto &term : rule.terms) {
        const bool driver = term.key == "DRIVERS" || term.key == "ENV{ID_NET_DRIVER}";
        const bool place = term.key == "KERNELS" || term.key == "ENV{ID_PATH}" || term.key.starts_with("ATTRS{");
        if (term.op == "==" && (driver || place) && term.value.value != "?*")
            use.hardware.push_back(
                {driver ? HardwarePin::driver : HardwarePin::bus_path, term.value, {}, rule.line, true, false});
    }
}

Result<> read_udev_rules(NetworkFiles &into) {
    for (const auto &path : H2K_TRY(into.guest.list("/etc/udev/rules.d/*.rules"))) {
        const auto *content = H2K_TRY(into.read(path));
        if (!content)
            continue;
        for (const auto &rule : text::parse_udev_rules(*content)) {
            const auto *name = card_name_of(rule);
            if (!name)
                continue;
            auto use = NetworkFiles::use_of(path, "");
            use.kind = NetworkUse::rule;
            use.names = {name->value.value};
            if (const auto *mac = rule.term("ATTR{address}", "=="); mac && !parse_mac(mac->value.value).empty())
                use.macs.push_back({mac->value, false});
            add_hardware(rule, use);
            into.add(std::move(use));
        }
    }
    return {};
}

} // namespace h2k
