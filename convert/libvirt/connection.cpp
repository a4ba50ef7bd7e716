// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/libvirt/connection.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include <libvirt/virterror.h>

namespace h2k {

namespace {

using Open = virConnectPtr (*)(const char *);

Result<Owned<virConnect>> open_with(Open open, const std::string &uri, H2kError code) {
    silence_libvirt();
    Owned<virConnect> connection{open(uri.empty() ? nullptr : uri.c_str())};
    if (!connection)
        return libvirt_failure(code, uri.empty()
                                         ? _("Cannot connect to libvirt")
                                         : sentence(_("Cannot connect to libvirt at “%s”"), printable(uri).c_str()));
    // Local drivers refuse it, and so does libvirt without an event loop; then a dead peer shows as a failed call only.
    if (virConnectSetKeepAlive(connection.get(), 5, 6) != 0)
        virResetLastError();
    return connection;
}

} // namespace

void silence_libvirt() {
    virSetErrorFunc(nullptr, [](void *, virErrorPtr) {});
}

Result<Owned<virConnect>> open_connection(const std::string &uri) {
    return open_with(virConnectOpen, uri, H2K_ERROR_TARGET);
}

Result<Owned<virConnect>> open_connection_read_only(const std::string &uri) {
    return open_with(virConnectOpenReadOnly, uri, H2K_ERROR_SOURCE);
}

std::unexpected<Error> libvirt_failure(H2kError code, const std::string &doing) {
    return fail(code, "%s: %s", doing.c_str(), printable(virGetLastErrorMessage()).c_str());
}

} // namespace h2k
