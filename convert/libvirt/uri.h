// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>

namespace h2k {

/// A connection URI of libvirt, DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH: https://libvirt.org/uri.html.
struct LibvirtUri {
    std::string driver, transport, host, path;

    /// Does that libvirt run on this host, so that its paths are valid here?  A URI with a host name or with a
    /// transport other than a UNIX socket counts as another host.
    [[nodiscard]] bool is_local() const { return host.empty() && (transport.empty() || transport == "unix"); }
};

/// Nothing if @uri is not a URI.
[[nodiscard]] std::optional<LibvirtUri> parse_libvirt_uri(const std::string &uri);

} // namespace h2k
