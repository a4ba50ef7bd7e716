// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/libvirt/uri.h"
#include "convert/xml/xml_document.h"
#include "domain/live/pool_targets.h"
#include <libvirt/virterror.h>
#include <unistd.h>

namespace h2k {

namespace {

/// Source: https://libvirt.org/formatstorage.html
Result<> read_pool_xml(Pool &pool) {
    const Owned<char> xml{virStoragePoolGetXMLDesc(pool.handle.get(), 0)};
    if (!xml)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot read the XML of the storage pool"));
    const auto document = parse_xml(xml.get(), pool.name);
    if (!document)
        return fail(H2K_ERROR_TARGET, _("The XML of the storage pool “%s” cannot be parsed."), pool.name.c_str());
    pool.type = document->root().attribute("type");
    pool.path = document->root().child("target").child("path").text();
    return {};
}

bool is_local(virConnectPtr connection) {
    const Owned<char> text{virConnectGetURI(connection)};
    const auto uri = text ? parse_libvirt_uri(text.get()) : std::nullopt;
    return uri && uri->is_local();
}

} // namespace

Result<Pool> find_pool(virConnectPtr connection, const std::string &name) {
    Pool pool{.handle = Owned<virStoragePool>{virStoragePoolLookupByName(connection, name.c_str())}, .name = name};
    if (!pool.handle && virGetLastErrorCode() == VIR_ERR_NO_STORAGE_POOL)
        return fail(H2K_ERROR_TARGET, _("libvirt has no storage pool “%s”."), name.c_str());
    if (!pool.handle)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot look up storage pools in libvirt"));
    if (virStoragePoolIsActive(pool.handle.get()) != 1)
        return fail(H2K_ERROR_TARGET, _("The storage pool “%s” is not active; start it with “virsh pool-start”."),
                    name.c_str());
    H2K_CHECK(read_pool_xml(pool));
    return pool;
}

Result<> require_free_volume(const Pool &pool, const std::string &volume) {
    const Owned<virStorageVol> found{virStorageVolLookupByName(pool.handle.get(), volume.c_str())};
    if (found)
        return fail(H2K_ERROR_TARGET, _("The storage pool “%s” already has a volume “%s”."), pool.name.c_str(),
                    volume.c_str());
    if (virGetLastErrorCode() != VIR_ERR_NO_STORAGE_VOL)
        return libvirt_failure(H2K_ERROR_TARGET, _("Cannot look up volumes in the storage pool"));
    virResetLastError();
    return {};
}

Result<std::unique_ptr<Target>> pool_target(virConnectPtr connection, const std::string &name) {
    Pool pool = H2K_TRY(find_pool(connection, name));
    const bool reachable =
        pool.is_folder() && is_local(connection) && access(pool.path.c_str(), R_OK | W_OK | X_OK) == 0;
    return reachable ? pool_folder_target(std::move(pool)) : pool_upload_target(std::move(pool));
}

} // namespace h2k
