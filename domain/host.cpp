// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/host.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/xml/xml_document.h"
#include <algorithm>

namespace h2k {

namespace {

Result<XmlDocument> parse(const std::string &xml, const char *root) {
    auto document = parse_xml(xml, root);
    if (!document || document->root().name() != root)
        return fail(H2K_ERROR_TARGET, _("libvirt's answer <%s> cannot be understood."), root);
    return document;
}

bool is_supported(const XmlElement &element) { return element.attribute("supported") == "yes"; }

/// The values of the <enum name='@name'> in @element; none where it is not supported.
std::set<std::string> values(const XmlElement &element, std::string_view name) {
    std::set<std::string> found;
    if (!is_supported(element))
        return found;
    for (const auto &list : element.children("enum"))
        if (list.attribute("name") == name)
            for (const auto &value : list.children("value"))
                found.insert(value.text());
    return found;
}

/// "+64055:+64055"; a name is no number and leaves the user unknown.
std::optional<QemuUser> user_of(std::string_view label) {
    const auto colon = label.find(':');
    if (colon == std::string_view::npos || !label.starts_with('+') || !label.substr(colon + 1).starts_with('+'))
        return std::nullopt;
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    const auto uid = parse_number<std::uint32_t>(std::string{label.substr(1, colon - 1)}, 0, most),
               gid = parse_number<std::uint32_t>(std::string{label.substr(colon + 2)}, 0, most);
    if (!uid || !gid)
        return std::nullopt;
    return QemuUser{.uid = *uid, .gid = *gid};
}

std::string listed(const std::vector<HostNetwork> &networks) {
    std::vector<std::string> names;
    for (const auto &network : networks)
        names.push_back(printable(network.name));
    return join(names, ", ");
}

Result<> require_networks(const Host &host, const Machine &target) {
    if (!host.networks || host.user_network)
        return {};
    for (const auto &nic : target.nics) {
        const auto name = network_of(nic);
        if (std::ranges::find(*host.networks, name, &HostNetwork::name) != host.networks->end())
            continue;
        if (host.networks->empty())
            return fail(H2K_ERROR_TARGET,
                        _("libvirt has no network “%s”, and no other; define one with “virsh "
                          "net-define”."),
                        printable(name).c_str());
        return fail(H2K_ERROR_TARGET, _("libvirt has no network “%s”; it has: %s."), printable(name).c_str(),
                    listed(*host.networks).c_str());
    }
    return {};
}

Result<> require_firmware(const MachineOffer &offer, const Machine &target) {
    if (target.firmware != Firmware::uefi)
        return {};
    if (!offer.uefi)
        return fail(H2K_ERROR_TARGET, "%s",
                    _("The guest is started by UEFI, for which libvirt finds no firmware at the target; install it "
                      "there (Debian: ovmf)."));
    if (target.secure_boot && !offer.secure_boot)
        return fail(H2K_ERROR_TARGET, "%s",
                    _("The guest is started with Secure Boot, for which libvirt finds no firmware at the target; "
                      "install it there (Debian: ovmf)."));
    return {};
}

} // namespace

Result<> read_capabilities(const std::string &xml, Host &host) {
    const auto document = H2K_TRY(parse(xml, "capabilities"));
    for (const auto &guest : document.root().children("guest")) {
        const auto arch = guest.child("arch");
        if (arch.attribute("name") != "x86_64")
            continue;
        for (const auto &domain : arch.children("domain"))
            host.kvm = host.kvm || domain.attribute("type") == "kvm";
    }
    for (const auto &model : document.root().child("host").children("secmodel"))
        if (model.child("model").text() == "dac")
            host.qemu_user = user_of(model.child("baselabel").text());
    return {};
}

Result<MachineOffer> read_domain_capabilities(const std::string &xml) {
    const auto document = H2K_TRY(parse(xml, "domainCapabilities"));
    const auto root = document.root(), os = root.child("os"), devices = root.child("devices");
    MachineOffer offer;
    offer.uefi = values(os, "firmware").contains("efi");
    offer.secure_boot = offer.uefi && values(os.child("loader"), "secure").contains("yes");
    for (const auto &mode : root.child("cpu").children("mode"))
        if (is_supported(mode))
            offer.cpu_modes.insert(mode.attribute("name"));
    offer.graphics = values(devices.child("graphics"), "type");
    offer.videos = values(devices.child("video"), "modelType");
    offer.tpm_models = values(devices.child("tpm"), "model");
    offer.tpm_backends = values(devices.child("tpm"), "backendModel");
    offer.hyperv = values(root.child("features").child("hyperv"), "features");
    return offer;
}

Result<> require_host(const Host &host, const Machine &target) {
    if (const auto &offer = host.offer(target.chipset != Chipset::pc || target.firmware == Firmware::uefi)) {
        H2K_CHECK(require_firmware(*offer, target));
        if (target.tpm && !offer->tpm_backends.contains("emulator"))
            return fail(H2K_ERROR_TARGET, "%s",
                        _("The guest has a TPM, which libvirt cannot emulate at the target; install swtpm there "
                          "(Debian: swtpm and swtpm-tools)."));
    }
    return require_networks(host, target);
}

std::set<std::string> networks_to_start(const Host &host, const Machine &target) {
    std::set<std::string> names;
    if (!host.networks || host.user_network)
        return names;
    for (const auto &nic : target.nics) {
        const auto known = std::ranges::find(*host.networks, network_of(nic), &HostNetwork::name);
        if (known != host.networks->end() && !known->active)
            names.insert(known->name);
    }
    return names;
}

} // namespace h2k
