// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/libvirt/connection.h"
#include "domain/host.h"

namespace h2k {

/// What libvirt says of its host.  What its driver cannot say is left open.  A failure is H2K_ERROR_TARGET.
[[nodiscard]] Result<Host> read_host(virConnectPtr connection);

/// Can QEMU's user reach files in @folder, an existing one of this host?  Fails with H2K_ERROR_TARGET and the name of
/// the folder that is closed to it.
[[nodiscard]] Result<> require_searchable(const Host &host, const std::string &folder);

} // namespace h2k
