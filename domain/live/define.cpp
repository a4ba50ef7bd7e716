// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "domain/live/target.h"
#include <libvirt/virterror.h>

namespace h2k {

Result<bool> domain_exists(virConnectPtr connection, const std::string &name) {
    if (const Owned<virDomain> domain{virDomainLookupByName(connection, name.c_str())})
        return true;
    if (virGetLastErrorCode() != VIR_ERR_NO_DOMAIN)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot look up domains in libvirt"));
    virResetLastError();
    return false;
}

Result<bool> uuid_is_taken(virConnectPtr connection, const std::string &uuid) {
    if (const Owned<virDomain> domain{virDomainLookupByUUIDString(connection, uuid.c_str())})
        return true;
    if (virGetLastErrorCode() != VIR_ERR_NO_DOMAIN)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot look up domains in libvirt"));
    virResetLastError();
    return false;
}

Result<> define_domain(virConnectPtr connection, const std::string &xml) {
    const Owned<virDomain> domain{virDomainDefineXMLFlags(connection, xml.c_str(), VIR_DOMAIN_DEFINE_VALIDATE)};
    if (!domain)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot define the domain"));
    return {};
}

} // namespace h2k
