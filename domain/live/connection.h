// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <libvirt/libvirt.h>
#include <string>

namespace h2k {

template <> struct Release<virConnect> {
    void operator()(virConnectPtr p) const noexcept { virConnectClose(p); }
};
template <> struct Release<virDomain> {
    void operator()(virDomainPtr p) const noexcept { virDomainFree(p); }
};
template <> struct Release<virStoragePool> {
    void operator()(virStoragePoolPtr p) const noexcept { virStoragePoolFree(p); }
};
template <> struct Release<virStorageVol> {
    void operator()(virStorageVolPtr p) const noexcept { virStorageVolFree(p); }
};

/// Opens @uri (empty: libvirt's own choice) with keepalive and GLib's event loop where one runs.
[[nodiscard]] Result<Owned<virConnect>> open_connection(const std::string &uri);
/// The error libvirt set last on this thread, under @code.
[[nodiscard]] std::unexpected<Error> libvirt_failure(H2kError code, const char *doing);

} // namespace h2k
