// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/vmdk/descriptor.h"
#include "convert/base/characters/encoding.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/source/image_kind.h"
#include "convert/source/untrusted_text.h"
#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace h2k {

using namespace std::string_view_literals;

namespace {

// qemu's block/vmdk.c reads names into a buffer of 512 bytes and skips the line where one is longer.
constexpr std::size_t longest_name = 511;
// It searches this much of a descriptor for the names and IDs of a chain.
constexpr std::size_t searched = 20 * sector_size - 1;

/// Takes the next word off @rest.
std::string_view next_word(std::string_view &rest) {
    rest = trim(rest);
    const auto end = std::min(rest.find_first_of(" \t"), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

bool starts_extent(std::string_view line) {
    const auto access = next_word(line);
    return access == "RW" || access == "RDONLY" || access == "NOACCESS";
}

/// The quoted name at the start of @rest, taken off it.
std::optional<std::string> quoted(std::string_view &rest) {
    rest = trim(rest);
    if (!rest.starts_with('"'))
        return std::nullopt;
    const auto end = rest.find('"', 1);
    if (end == std::string_view::npos || end == 1 || end - 1 > longest_name)
        return std::nullopt;
    std::string name{rest.substr(1, end - 1)};
    rest.remove_prefix(end + 1);
    return name;
}

/// access sectors type ["file" [offset]]
std::optional<VmdkExtent> parse_extent(std::string_view rest) {
    VmdkExtent extent;
    extent.access = next_word(rest);
    const auto sectors = parse_number(next_word(rest));
    if (!sectors || *sectors == 0 || *sectors > largest_disk / sector_size)
        return std::nullopt;
    extent.sectors = *sectors;
    extent.type = next_word(rest);
    if (extent.type.empty())
        return std::nullopt;
    rest = trim(rest);
    if (rest.empty())
        return extent.type == "ZERO" ? std::optional{extent} : std::nullopt;
    const auto file = quoted(rest);
    if (!file)
        return std::nullopt;
    extent.file = *file;
    if (trim(rest).empty())
        return extent.type == "FLAT" ? std::nullopt : std::optional{extent};
    const auto offset = parse_number(next_word(rest));
    // A last word after the offset is the device UUID of a raw device mapping.
    if (!offset || *offset > largest_disk / sector_size)
        return std::nullopt;
    if (!trim(rest).empty() && (extent.type == "FLAT" || extent.type == "VMFS"))
        return std::nullopt;
    extent.has_offset = true;
    extent.offset = *offset;
    return extent;
}

bool is_key(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return g_ascii_isalnum(c) || std::string_view{"._:-"}.contains(c); });
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
        return value.substr(1, value.size() - 2);
    return value;
}

/// Keys by which the image is found, and its data in it.  VMware takes keys in any case, QEMU in this one only.
constexpr std::array decisive{"version"sv, "CID"sv, "parentCID"sv, "createType"sv, "parentFileNameHint"sv};

/// The settings so far, by their keys in lower case.
using Seen = std::map<std::string, std::string, std::less<>>;

/// Is @key, with @value as it is written, what all programs take it for?
bool is_plain(std::string_view key, std::string_view value) {
    const auto same = [&](std::string_view one) { return lower(one) == lower(key); };
    const auto *found = std::ranges::find_if(decisive, same);
    if (found == decisive.end())
        return true;
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    // QEMU takes the hint from the second character after its key, as if that were a quotation mark.
    return *found == key && (quoted || key != "parentFileNameHint") && !unquoted(value).contains('"');
}

/// Is it the first setting of @key, or one of no consequence that says the same again?
bool is_first(std::string_view key, std::string_view value, Seen &seen) {
    const auto [at, added] = seen.try_emplace(lower(key), value);
    return added || (at->second == value && std::ranges::find(decisive, key) == decisive.end());
}

std::optional<std::uint32_t> content_id(std::string_view value) {
    const auto id = parse_number<std::uint64_t>(value, 0, UINT64_MAX, 16);
    return id && *id <= G_MAXUINT32 ? std::optional{static_cast<std::uint32_t>(*id)} : std::nullopt;
}

/// Takes one key=value line; false where it is malformed, repeated or read differently by other programs.
bool take_setting(std::string_view line, VmdkDescriptor &into, Seen &seen) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return false;
    const auto key = trim(line.substr(0, equals)), written = trim(line.substr(equals + 1));
    const auto value = unquoted(written);
    if (!is_key(key) || !is_plain(key, written) || !is_first(key, value, seen))
        return false;
    if (key == "version")
        return parse_number(value, 1, 4).has_value();
    if (key == "CID" || key == "parentCID") {
        const auto id = content_id(value);
        (key == "CID" ? into.cid : into.parent_cid) = id.value_or(0);
        return id.has_value();
    }
    if (key == "createType")
        into.create_type = value;
    if (key == "parentFileNameHint")
        into.parent_hint = value;
    if (key == "ddb.adapterType")
        into.adapter_type = lower(value);
    if (key == "ddb.uuid")
        into.uuid = replace_all(uuid_of(value), "-", "");
    if (key == "encryptionKeys" || (key == "ddb.iofilters" && value.contains("vmwarevmcrypt")))
        into.encrypted = true;
    return true;
}

/// Does qemu read @id where it searches for @key?  It takes what follows the first match.
bool is_found_as(std::uint32_t id, std::string_view key, std::string_view text) {
    text = text.substr(0, searched);
    const auto at = text.find(key);
    if (at == std::string_view::npos)
        return false;
    const std::string digits{text.substr(std::min(at + key.size() + 1, text.size()), 16)};
    char *end = nullptr;
    const auto found = g_ascii_strtoull(digits.c_str(), &end, 16);
    return end != digits.c_str() && found == id;
}

/// Would qemu find another parent than this parser, as in a comment?  block/vmdk.c searches the plain text, and takes
/// what stands between two quotes after the first match.
bool hides_parent(std::string_view text, const VmdkDescriptor &parsed) {
    constexpr std::string_view key = "parentFileNameHint";
    const auto setting = "=\"" + parsed.parent_hint + "\"";
    const auto first = text.find(key);
    if (!parsed.parent_hint.empty() &&
        (parsed.parent_hint.contains('"') || first + key.size() + setting.size() > searched))
        return true;
    for (auto at = first; at != std::string_view::npos; at = text.find(key, at + 1))
        if (!text.substr(at + key.size()).starts_with(setting))
            return true;
    return false;
}

Result<> require_whole(const VmdkDescriptor &found, const Seen &seen, std::string_view text) {
    for (const char *needed : {"version", "CID", "parentCID", "createType"})
        if (!seen.contains(lower(needed)))
            return fail(H2K_ERROR_SOURCE, _("The VMDK descriptor does not contain “%s”."), needed);
    if (hides_parent(text, found))
        return fail(H2K_ERROR_SOURCE,
                    _("The VMDK descriptor names a parent disk in a way that qemu reads differently."));
    if (found.extents.empty())
        return fail(H2K_ERROR_SOURCE, _("The VMDK descriptor lists no extents, so it has no data."));
    return {};
}

/// Refuses a line that some programs would cut elsewhere.
Result<> require_one_line(std::string_view line, std::size_t number) {
    constexpr std::size_t longest_line = 4096;
    if (line.size() > longest_line)
        return fail(H2K_ERROR_SOURCE, _("Line %zu of the VMDK descriptor is longer than %zu bytes."), number,
                    longest_line);
    if (has_control_byte(line))
        return fail(H2K_ERROR_SOURCE, _("Line %zu of the VMDK descriptor holds a control character: “%s”."), number,
                    printable(line).c_str());
    return {};
}

/// What follows the first zero byte.  QEMU, when it writes a shorter CID, leaves the old end of the text after it.
Result<> require_end(std::string_view rest) {
    constexpr std::ptrdiff_t most_left = 8;
    if (std::ranges::count_if(rest, [](char c) { return c != '\0'; }) <= most_left)
        return {};
    return fail(
        H2K_ERROR_SOURCE,
        _("The VMDK descriptor goes on after a zero byte, where some programs stop reading and others do not."));
}

/// A name as UTF-8, where the encoding of the descriptor is another one.
Result<> decode(std::string &name, const std::string &encoding) {
    auto plain = as_declared(name, encoding);
    if (!plain && !is_utf8(name) && !encoding.empty())
        return fail(H2K_ERROR_SOURCE,
                    _("The VMDK descriptor names a file that is not valid in its encoding “%s”: “%s”."),
                    printable(encoding).c_str(), printable(name).c_str());
    if (plain)
        name = *std::move(plain);
    return {};
}

Result<> decode_names(VmdkDescriptor &found, const Seen &seen) {
    const auto setting = seen.find("encoding");
    const auto encoding = setting == seen.end() ? std::string{} : setting->second;
    H2K_CHECK(decode(found.parent_hint, encoding));
    for (auto &extent : found.extents)
        H2K_CHECK(decode(extent.file, encoding));
    return {};
}

Result<> take_line(std::string_view line, VmdkDescriptor &found, Seen &seen, std::size_t number) {
    if (!starts_extent(line)) {
        if (!take_setting(line, found, seen))
            return fail(H2K_ERROR_SOURCE, _("Line %zu of the VMDK descriptor cannot be parsed: “%s”."), number,
                        printable(line).c_str());
        return {};
    }
    auto extent = parse_extent(line);
    if (!extent)
        return fail(H2K_ERROR_SOURCE, _("Line %zu of the VMDK descriptor is not a valid extent: “%s”."), number,
                    printable(line).c_str());
    found.sectors += extent->sectors;
    if (found.sectors > largest_disk / sector_size)
        return fail(H2K_ERROR_SOURCE, _("The extents of the VMDK descriptor add up to more than 64 TiB."));
    found.extents.push_back(*std::move(extent));
    return {};
}

} // namespace

bool is_vmdk_descriptor(std::string_view head) {
    for (std::size_t from = 0; from < head.size();) {
        const auto end = std::min(head.find('\n', from), head.size());
        const auto line = lower(trim(head.substr(from, end - from)));
        if (line.starts_with("# disk descriptorfile"))
            return true;
        if (!line.empty() && !line.starts_with('#'))
            return line.starts_with("version=") || line.starts_with("version =");
        from = end + 1;
    }
    return false;
}

Result<VmdkDescriptor> parse_vmdk_descriptor(std::string_view text) {
    const auto end = std::min(text.find('\0'), text.size());
    H2K_CHECK(require_end(text.substr(end)));
    text = text.substr(0, end);
    if (text.size() > longest_vmdk_descriptor)
        return fail(H2K_ERROR_SOURCE, _("The VMDK descriptor is longer than 1 MiB."));
    VmdkDescriptor found;
    Seen seen;
    std::size_t number = 0;
    for (const auto &whole : lines(text)) {
        const auto line = trim(whole);
        H2K_CHECK(require_one_line(whole, ++number));
        if (!line.empty() && !line.starts_with('#'))
            H2K_CHECK(take_line(line, found, seen, number));
    }
    H2K_CHECK(require_whole(found, seen, text));
    H2K_CHECK(decode_names(found, seen));
    found.plain_ids = is_found_as(found.cid, "CID", text) && is_found_as(found.parent_cid, "parentCID", text);
    return found;
}

} // namespace h2k
