// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/live/connection.h"
#include "convert/base/i18n.h"
#include <libvirt/virterror.h>

namespace h2k {

Result<Owned<virConnect>> open_connection(const std::string &uri) {
    // libvirt's default is to print every error to standard error as it happens.
    static const bool silent = (virSetErrorFunc(nullptr, [](void *, virErrorPtr) {}), true);
    (void)silent;
    Owned<virConnect> connection{virConnectOpen(uri.empty() ? nullptr : uri.c_str())};
    if (!connection) {
        const Owned<char> doing{uri.empty() ? g_strdup(_("Cannot connect to libvirt"))
                                            : g_strdup_printf(_("Cannot connect to libvirt at “%s”"), uri.c_str())};
        return libvirt_failure(H2K_ERROR_TARGET, doing.get());
    }
    // Refused by local drivers and without an event loop; then a dead peer shows as a failed call only.
    if (virConnectSetKeepAlive(connection.get(), 5, 6) != 0)
        virResetLastError();
    return connection;
}

std::unexpected<Error> libvirt_failure(H2kError code, const char *doing) {
    return fail(code, "%s: %s", doing, virGetLastErrorMessage());
}

} // namespace h2k
