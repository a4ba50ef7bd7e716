// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/vhd/parent.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/utf16.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t parent_id = 40, parent_name = 64, name_length = 512;
constexpr std::size_t first_locator = 576, locator_length = 24;
constexpr std::size_t locators = 8;
constexpr std::uint32_t longest_name = 64u << 10; // bytes; no path of Windows is longer

/// The forms of a parent's name, in the order of preference: relative ones first.
enum class Platform { w2ru, wi2r, w2ku, wi2k, mac_x };
constexpr std::array<std::string_view, 5> codes{"W2ru", "Wi2r", "W2ku", "Wi2k", "MacX"};

/// The path of a file URL: "/a b" of "file://localhost/a%20b"; empty if it has none.
std::string path_of_url(const std::string &url) {
    constexpr std::string_view scheme = "file://";
    const auto slash = url.starts_with(scheme) ? url.find('/', scheme.size()) : std::string::npos;
    if (slash == std::string::npos)
        return url.contains(':') ? std::string{} : url;
    const Owned<char> path{g_uri_unescape_string(url.c_str() + slash, nullptr)};
    return path ? path.get() : "";
}

std::string decoded(Platform platform, const std::string &data) {
    // The specification leaves the byte order open; Hyper-V writes locators in little-endian UTF-16.
    if (platform == Platform::w2ru || platform == Platform::w2ku)
        return utf16_text(data, std::endian::little);
    const auto text = data.substr(0, data.find('\0'));
    if (!is_utf8(text))
        return {};
    return platform == Platform::mac_x ? path_of_url(text) : text;
}

Result<std::string> read_locator(const HostFile &file, Platform platform, std::string_view locator) {
    const auto length = big_endian<std::uint32_t>(locator, 8);
    const auto offset = big_endian<std::uint64_t>(locator, 16);
    if (length > longest_name)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHD: the name of its parent is invalid."),
                    file.name().c_str());
    return decoded(platform, H2K_TRY(file.read(offset, length)));
}

void add_name(ParentReference &parent, const std::string &name) {
    if (!name.empty() && std::ranges::find(parent.names, name) == parent.names.end())
        parent.names.push_back(name);
}

} // namespace

Result<ParentReference> read_vhd_parent(const HostFile &file, std::string_view header) {
    ParentReference parent;
    parent.identities.push_back(uuid_text(header.substr(parent_id)));
    for (std::size_t platform = 0; platform < codes.size(); platform++) {
        // The plain name comes between relative and absolute ones.
        if (platform == static_cast<std::size_t>(Platform::w2ku))
            add_name(parent, utf16_text(header.substr(parent_name, name_length), std::endian::big));
        for (std::size_t i = 0; i < locators; i++) {
            const auto locator = header.substr(first_locator + i * locator_length, locator_length);
            if (locator.starts_with(codes[platform]))
                add_name(parent, H2K_TRY(read_locator(file, static_cast<Platform>(platform), locator)));
        }
    }
    if (parent.names.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” is a differencing image that does not name its parent."),
                    file.name().c_str());
    return parent;
}

} // namespace h2k
