// SPDX-License-Identifier: LGPL-2.1-or-later
// wicked's own XML (wicked-config(5), ifxml of wicked).
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/network_files.h"
#include "convert/xml/xml_document.h"
#include "fixers/text/network_text.h"
#include <functional>

namespace h2k {

namespace {

/// Calls @see for each element @name below @from, at any depth.
void each_below(const XmlElement &from, std::string_view name, const std::function<void(const XmlElement &)> &see) {
    for (const auto &child : from.children()) {
        if (child.name() == name)
            see(child);
        each_below(child, name, see);
    }
}

/// <bond>, <bridge>, <vlan> or <team>: what makes the interface, and which devices it stands on.
void read_making(const XmlElement &from, NetworkUse &use) {
    for (const auto *kind : {"bond", "bridge", "vlan", "team"}) {
        const auto inner = from.child(kind);
        if (!inner)
            continue;
        use.settings.kind = kind;
        use.card = false;
        if (use.settings.kind == "vlan") {
            set_parent(use, inner.child("device").text());
            use.settings.vlan = text::vlan_number(inner.child("tag").text());
        } else
            each_below(inner, "device", [&](const XmlElement &device) { add_member(use, device.text()); });
    }
}

void read_addresses(const XmlElement &from, GuestInterface &one) {
    each_below(from, "local", [&](const XmlElement &local) { add_address(one.addresses, local.text()); });
    each_below(from, "gateway", [&](const XmlElement &gateway) { add_gateway(one.gateways, gateway.text()); });
    const auto asks = [&](const char *tag) {
        const auto inner = from.child(tag);
        return inner && inner.child("enabled").text() != "false";
    };
    one.dhcp4 = asks("ipv4:dhcp");
    one.dhcp6 = asks("ipv6:dhcp");
}

void read_interface(const std::string &path, const XmlElement &from, NetworkFiles &into) {
    auto use = NetworkFiles::use_of(path, "wicked");
    // <name namespace="ethernet"><permanent-address>… has no text of its own.
    if (auto name = from.child("name").text(); !name.empty())
        use.names = {std::move(name)};
    read_making(from, use);
    read_addresses(from, use.settings);
    for (const auto *kind : {"address", "permanent-address"})
        each_below(from, kind, [&](const XmlElement &address) {
            if (use.settings.mac.empty())
                use.settings.mac = parse_mac(address.text());
        });
    bool by_hardware = false;
    for (const auto *kind : {"permanent-address", "driver", "busid"})
        each_below(from, kind, [&](const XmlElement &) { by_hardware = true; });
    if (by_hardware)
        into.warn_hardware(
            "network-names.hardware-match",
            sentence(_("“%s” may recognise a network card by the old machine's hardware; wicked's XML is not edited."),
                     printable(path).c_str()));
    into.add(std::move(use));
}

} // namespace

Result<> read_wicked(NetworkFiles &into) {
    for (const auto &path : H2K_TRY(into.guest.list("/etc/wicked/ifconfig/*.xml"))) {
        const auto *content = H2K_TRY(into.read(path));
        if (!content)
            continue;
        const auto document = parse_xml_fragments(*content, base_name(path));
        if (!document) {
            into.warn_unread("network.file-ignored",
                             sentence(_("“%s” was ignored: %s"), printable(path).c_str(), document.error().message()));
            continue;
        }
        each_below(document->root(), "interface",
                   [&](const XmlElement &interface) { read_interface(path, interface, into); });
    }
    return {};
}

} // namespace h2k
