// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/format/plain_name.h"
#include "convert/libvirt/connection.h"
#include "convert/libvirt/uri.h"
#include "convert/source/address.h"
#include "convert/source/libvirt/xml.h"
#include "convert/source/notices.h"
#include <libvirt/virterror.h>

namespace h2k {

namespace {

/// A libvirt whose domains have their disks where its XML says, on this host.
bool can_be_read(const std::string &uri) {
    const auto parts = parse_libvirt_uri(uri);
    return parts && parts->is_local() &&
           (parts->driver == "test" ||
            (parts->driver == "qemu" && (parts->path == "/system" || parts->path == "/session")));
}

Result<Owned<virConnect>> connect(const std::string &uri) {
    if (!can_be_read(uri))
        return fail(H2K_ERROR_SOURCE,
                    _("Cannot read domains from “%s”: only domains of this host are supported, through qemu:///system "
                      "or qemu:///session. %s"),
                    printable(uri).c_str(), way_out_of(uri).c_str());
    return open_connection_read_only(uri);
}

Result<Owned<virDomain>> find_domain(virConnectPtr connection, const std::string &wanted) {
    Owned<virDomain> domain{virDomainLookupByName(connection, wanted.c_str())};
    if (!domain && g_uuid_string_is_valid(wanted.c_str()))
        domain.reset(virDomainLookupByUUIDString(connection, wanted.c_str()));
    if (domain)
        return domain;
    if (virGetLastErrorCode() == VIR_ERR_NO_DOMAIN)
        return fail(H2K_ERROR_SOURCE, _("libvirt has no domain “%s”."), printable(wanted).c_str());
    return libvirt_failure(H2K_ERROR_SOURCE, sentence(_("Cannot query the domain “%s”"), printable(wanted).c_str()));
}

Result<> check_shut_off(virDomainPtr domain, const std::string &name) {
    const int active = virDomainIsActive(domain);
    if (active < 0)
        return libvirt_failure(H2K_ERROR_SOURCE, sentence(_("Cannot query the domain “%s”"), name.c_str()));
    if (active > 0)
        return fail(H2K_ERROR_SOURCE, _("The domain “%s” is running; shut it down first."), name.c_str());
    if (virDomainHasManagedSaveImage(domain, 0) > 0)
        return fail(H2K_ERROR_SOURCE,
                    _("The domain “%s” has a managed save image, so its disks are not in a consistent state; start it "
                      "and shut it down first."),
                    name.c_str());
    virResetLastError();
    return {};
}

Result<std::string> path_of_volume(virConnectPtr connection, const std::string &pool_name, const std::string &name) {
    const auto doing = sentence(_("Cannot find the volume “%s” of the storage pool “%s”"), printable(name).c_str(),
                                printable(pool_name).c_str());
    const Owned<virStoragePool> pool{virStoragePoolLookupByName(connection, pool_name.c_str())};
    if (!pool)
        return libvirt_failure(H2K_ERROR_SOURCE, doing);
    const Owned<virStorageVol> volume{virStorageVolLookupByName(pool.get(), name.c_str())};
    if (!volume)
        return libvirt_failure(H2K_ERROR_SOURCE, doing);
    const Owned<char> path{virStorageVolGetPath(volume.get())};
    return path ? Result<std::string>{path.get()} : libvirt_failure(H2K_ERROR_SOURCE, doing);
}

Result<DescribedDisk> describe_disk(virConnectPtr connection, const DomainDisk &disk, const std::string &name,
                                    const Request &request, Allowance &allowance) {
    const auto path = disk.volume.empty() ? disk.file : H2K_TRY(path_of_volume(connection, disk.pool, disk.volume));
    H2K_CHECK(require_plain_name(name, path));
    if (!path.starts_with('/'))
        return fail(H2K_ERROR_SOURCE, _("The disk “%s” of “%s” is the file “%s”, which is not an absolute path."),
                    disk.target.c_str(), name.c_str(), printable(path).c_str());
    const auto file = H2K_TRY(HostFile::open(path, &allowance));
    // The domain names the file, wherever it lies; what an image refers to was perhaps not written on this host.
    const Fence fence{folder_of(file.path()), false, request.allowed_folders};
    return describe_domain_disk(disk, file, name, fence);
}

} // namespace

Result<CarryPlan> describe_domain(const Request &request, Allowance &allowance) {
    if (request.sources.size() != 1)
        return fail(H2K_ERROR_USAGE, _("Only one domain can be given as the source."));
    const auto connection = H2K_TRY(connect(request.source_connect));
    const auto domain = H2K_TRY(find_domain(connection.get(), request.sources.front()));
    const auto name = printable(virDomainGetName(domain.get()));
    H2K_CHECK(check_shut_off(domain.get(), name));
    const Owned<char> xml{virDomainGetXMLDesc(domain.get(), VIR_DOMAIN_XML_INACTIVE)};
    if (!xml)
        return libvirt_failure(H2K_ERROR_SOURCE, sentence(_("Cannot query the domain “%s”"), name.c_str()));
    auto found = H2K_TRY(parse_domain_xml(xml.get(), name));
    CarryPlan plan{
        .kind = "domain", .source = std::move(found.machine), .digests = {}, .notices = std::move(found.notices)};
    for (const auto &disk : found.disks) {
        auto one = describe_disk(connection.get(), disk, name, request, allowance);
        if (!one)
            return with_lost_devices(std::move(one).error(), plan.source);
        plan.source.disks.push_back(std::move(one->disk));
        plan.notices.add(one->notices);
    }
    const auto find_iso = [&](const NamedMedium &medium) -> Result<IsoImage> {
        const auto path =
            medium.pool.empty() ? medium.file : H2K_TRY(path_of_volume(connection.get(), medium.pool, medium.file));
        H2K_CHECK(require_plain_name(name, path));
        if (!path.starts_with('/'))
            return fail(H2K_ERROR_SOURCE, _("“%s” is not an absolute path."), printable(path).c_str());
        return iso_in(H2K_TRY(HostFile::open(path, &allowance)));
    };
    H2K_CHECK(add_isos(plan, found.media, find_iso));
    return plan;
}

} // namespace h2k
