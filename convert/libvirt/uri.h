// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>

namespace h2k {

/// A connection URI of libvirt, DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH: https://libvirt.org/uri.html.
struct LibvirtUri {
    std::string driver, transport, host, path;

    /// Does that libvirt run on this host, so that its paths are ours?  A host that is named is taken for another one,
    /// whatever its name, and so is one that a transport other than a UNIX socket reaches.
    [[nodiscard]] bool is_local() const { return host.empty() && (transport.empty() || transport == "unix"); }
};

/// Nothing where @uri is no URI.
[[nodiscard]] std::optional<LibvirtUri> parse_libvirt_uri(const std::string &uri);

} // namespace h2k
