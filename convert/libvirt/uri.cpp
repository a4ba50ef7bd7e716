// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/libvirt/uri.h"
#include "convert/base/owned.h"

namespace h2k {

std::optional<LibvirtUri> parse_libvirt_uri(const std::string &uri) {
    Owned<char> scheme, host, path;
    const bool is_uri = g_uri_split(uri.c_str(), G_URI_FLAGS_NON_DNS, out(scheme), nullptr, out(host), nullptr,
                                    out(path), nullptr, nullptr, nullptr);
    if (!is_uri || !scheme)
        return std::nullopt;
    const std::string whole = scheme.get();
    const auto plus = whole.find('+');
    return LibvirtUri{.driver = whole.substr(0, plus),
                      .transport = plus == whole.npos ? "" : whole.substr(plus + 1),
                      .host = host ? host.get() : "",
                      .path = path ? path.get() : ""};
}

} // namespace h2k
