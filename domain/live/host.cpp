// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/live/host.h"
#include "convert/base/i18n.h"
#include "convert/libvirt/uri.h"
#include <libvirt/virterror.h>

namespace h2k {

template <> struct Release<virNetwork> {
    void operator()(virNetworkPtr p) const noexcept { virNetworkFree(p); }
};

namespace {

/// Null where the driver has no such call or no such machine.
Result<Owned<char>> unless_unsupported(char *answer, const char *doing) {
    Owned<char> text{answer};
    if (text)
        return text;
    const auto code = virGetLastErrorCode();
    if (code != VIR_ERR_NO_SUPPORT && code != VIR_ERR_OPERATION_UNSUPPORTED && code != VIR_ERR_INVALID_ARG &&
        code != VIR_ERR_CONFIG_UNSUPPORTED)
        return libvirt_failure(H2K_ERROR_TARGET, doing);
    virResetLastError();
    return text;
}

Result<std::optional<MachineOffer>> read_offer(virConnectPtr connection, const Host &host, const char *machine) {
    const auto xml = H2K_TRY(
        unless_unsupported(virConnectGetDomainCapabilities(connection, nullptr, "x86_64", machine, host.virt_type(), 0),
                           _("Cannot ask libvirt what domains can have")));
    if (!xml)
        return std::nullopt;
    return H2K_TRY(read_domain_capabilities(xml.get()));
}

Result<std::optional<std::vector<HostNetwork>>> read_networks(virConnectPtr connection) {
    virNetworkPtr *list = nullptr;
    const int count = virConnectListAllNetworks(connection, &list, 0);
    if (count < 0) {
        H2K_CHECK(unless_unsupported(nullptr, _("Cannot list the networks of libvirt")));
        return std::nullopt;
    }
    const Owned<char> array{reinterpret_cast<char *>(list)}; // its memory alone
    std::vector<HostNetwork> networks;
    for (int i = 0; i < count; ++i) {
        const Owned<virNetwork> network{list[i]};
        networks.push_back(
            {.name = virNetworkGetName(network.get()), .active = virNetworkIsActive(network.get()) == 1});
    }
    return networks;
}

} // namespace

Result<Host> read_host(virConnectPtr connection) {
    Host host;
    const Owned<char> uri{virConnectGetURI(connection)};
    if (!uri)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot ask libvirt for its address"));
    host.uri = uri.get();
    if (const auto parsed = parse_libvirt_uri(host.uri)) {
        host.local = parsed->is_local();
        host.user_network = parsed->path == "/session" || parsed->path == "/embed";
    }
    if (const auto xml = H2K_TRY(
            unless_unsupported(virConnectGetCapabilities(connection), _("Cannot ask libvirt what its host can do"))))
        H2K_CHECK(read_capabilities(xml.get(), host));
    host.q35 = H2K_TRY(read_offer(connection, host, "q35"));
    host.pc = H2K_TRY(read_offer(connection, host, "pc"));
    host.networks = H2K_TRY(read_networks(connection));
    return host;
}

} // namespace h2k
