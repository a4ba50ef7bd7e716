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
template <> struct Release<virStream> {
    void operator()(virStreamPtr p) const noexcept { virStreamFree(p); }
};

/// Opens @uri (empty: libvirt's own choice), with keepalive where the program runs an event loop for libvirt.
/// From then on libvirt prints no errors of its own in this process.
[[nodiscard]] Result<Owned<virConnect>> open_connection(const std::string &uri);
/// "doing: libvirt's own text" of the error that libvirt set last on this thread, under @code.
[[nodiscard]] std::unexpected<Error> libvirt_failure(H2kError code, const char *doing);

} // namespace h2k
