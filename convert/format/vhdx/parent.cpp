// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/format/identifier.h"
#include "convert/format/utf16.h"
#include "convert/format/vhdx/metadata.h"
#include <map>

namespace h2k {

namespace {

// [MS-VHDX] sections 2.6.2.6.1 to 2.6.2.6.3.
constexpr std::string_view vhdx_locator = "b04aefb7-d19e-4a81-b789-25b8e9445913";
constexpr std::size_t header_size = 20, entry_size = 12;
constexpr std::uint16_t most_entries = 64; // five are defined

std::unexpected<Error> damaged(const HostFile &file) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged VHDX: its parent locator is invalid."), file.name().c_str());
}

Result<std::string> text_at(const HostFile &file, std::string_view item, std::uint32_t offset, std::uint16_t length) {
    if (offset > item.size() || length > item.size() - offset)
        return damaged(file);
    return utf16_text(item.substr(offset, length), std::endian::little);
}

/// "{83ED0EC3-…}" as the other identities are written.
std::string without_braces(const std::string &guid) {
    return guid.starts_with('{') && guid.ends_with('}') ? lower(guid.substr(1, guid.size() - 2)) : lower(guid);
}

} // namespace

Result<ParentReference> read_vhdx_parent(const HostFile &file, std::string_view item) {
    const auto count = little_endian<std::uint16_t>(item, 18);
    if (item.size() < header_size || guid_text(item) != vhdx_locator)
        return fail(H2K_ERROR_SOURCE, _("“%s” has a parent that is not a VHDX image."), file.name().c_str());
    if (count > most_entries || count * entry_size > item.size() - header_size)
        return damaged(file);
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < count; i++) {
        const auto entry = item.substr(header_size + i * entry_size, entry_size);
        const auto key = H2K_TRY(
            text_at(file, item, little_endian<std::uint32_t>(entry, 0), little_endian<std::uint16_t>(entry, 8)));
        auto value = H2K_TRY(
            text_at(file, item, little_endian<std::uint32_t>(entry, 4), little_endian<std::uint16_t>(entry, 10)));
        if (!values.emplace(key, std::move(value)).second)
            return damaged(file);
    }
    ParentReference parent;
    for (const auto *key : {"parent_linkage", "parent_linkage2"})
        if (const auto found = values.find(key); found != values.end())
            parent.identities.push_back(without_braces(found->second));
    for (const auto *key : {"relative_path", "volume_path", "absolute_win32_path"})
        if (const auto found = values.find(key); found != values.end() && !found->second.empty())
            parent.names.push_back(found->second);
    if (parent.names.empty() || !values.contains("parent_linkage"))
        return fail(H2K_ERROR_SOURCE, _("“%s” is a differencing image that does not name its parent."),
                    file.name().c_str());
    return parent;
}

} // namespace h2k
