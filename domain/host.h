// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/machine.h"
#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace h2k {

/// What domains of one machine type can have on a host.  Names are libvirt's.
struct MachineOffer {
    bool uefi = false, secure_boot = false;
    std::set<std::string> cpu_modes, graphics, videos, tpm_models, tpm_backends, hyperv;
};

struct HostNetwork {
    std::string name;
    bool active = false;
};

/// The user that QEMU runs as.
struct QemuUser {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// A host on which a domain is to run, as its libvirt describes it.  What was not asked is nullopt, and is taken to be
/// there.
struct Host {
    std::string uri;           ///< of the connection; empty: no libvirt was asked
    bool local = true;         ///< it is this host, so that its paths are valid here
    bool kvm = false;          ///< it runs domains of the type kvm
    bool user_network = false; ///< domains reach none of the host's networks, and get QEMU's user-mode one
    std::optional<MachineOffer> q35, pc;
    std::optional<std::vector<HostNetwork>> networks;
    std::optional<QemuUser> qemu_user;

    [[nodiscard]] const std::optional<MachineOffer> &offer(bool pcie) const { return pcie ? q35 : pc; }
    [[nodiscard]] const char *virt_type() const { return kvm ? "kvm" : "qemu"; }
};

/// What the XML of virConnectGetCapabilities() says: Host::kvm and Host::qemu_user.  H2K_ERROR_TARGET where it is none.
/// Source: https://libvirt.org/formatcaps.html
[[nodiscard]] Result<> read_capabilities(const std::string &xml, Host &host);
/// What the XML of virConnectGetDomainCapabilities() says.  H2K_ERROR_TARGET where it is none.
/// Source: https://libvirt.org/formatdomaincaps.html
[[nodiscard]] Result<MachineOffer> read_domain_capabilities(const std::string &xml);

/// Does @name lie in that list of @offer?  True where nothing was asked.
[[nodiscard]] inline bool has(const std::optional<MachineOffer> &offer, std::set<std::string> MachineOffer::*list,
                              const char *name) {
    return !offer || ((*offer).*list).contains(name);
}

/// Has @host all that @target cannot do without: firmware, Secure Boot, a TPM, its networks?  H2K_ERROR_TARGET and what
/// to do about it.
[[nodiscard]] Result<> require_host(const Host &host, const Machine &target);
/// The networks of @target's cards that are not active on @host.
[[nodiscard]] std::set<std::string> networks_to_start(const Host &host, const Machine &target);

} // namespace h2k
