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

/// Keeps libvirt from printing errors in this process.
void silence_libvirt();

/// Opens @uri (empty: libvirt's own choice), with keepalive if the program runs an event loop for libvirt, and
/// silences libvirt.  A failure is H2K_ERROR_TARGET.
[[nodiscard]] Result<Owned<virConnect>> open_connection(const std::string &uri);
/// The same, read-only; a failure is H2K_ERROR_SOURCE.
[[nodiscard]] Result<Owned<virConnect>> open_connection_read_only(const std::string &uri);
/// "DOING: MESSAGE" of libvirt's last error on this thread, with @code.
[[nodiscard]] std::unexpected<Error> libvirt_failure(H2kError code, const std::string &doing);

} // namespace h2k
