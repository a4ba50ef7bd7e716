// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/manifest/manifest.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/plain_name.h"
#include <algorithm>
#include <array>
#include <expected>
#include <optional>

namespace h2k {

namespace {

constexpr std::size_t most_warnings = 10;

struct Algorithm {
    std::string_view name;
    GChecksumType type;
};
constexpr std::array algorithms{Algorithm{"MD5", G_CHECKSUM_MD5}, Algorithm{"SHA1", G_CHECKSUM_SHA1},
                                Algorithm{"SHA256", G_CHECKSUM_SHA256}, Algorithm{"SHA384", G_CHECKSUM_SHA384},
                                Algorithm{"SHA512", G_CHECKSUM_SHA512}};

/// "SHA-256" is "SHA256" too, and so is "SHA2-256", as OpenSSL 3 calls it.
std::optional<GChecksumType> algorithm_named(std::string_view text) {
    auto wanted = replace_all(replace_all(lower(trim(text)), "-", ""), "_", "");
    if (wanted.starts_with("sha2") && wanted.size() == std::string_view{"sha2256"}.size())
        wanted.erase(3, 1);
    for (const auto &[name, type] : algorithms)
        if (wanted == lower(name))
            return type;
    return std::nullopt;
}

bool is_digest(const std::string &text, GChecksumType algorithm) {
    return text.size() == 2 * static_cast<std::size_t>(g_checksum_type_get_length(algorithm)) &&
           std::ranges::all_of(text, [](char c) { return g_ascii_isxdigit(c); });
}

/// The parts of a line, valid or not.
struct Parts {
    std::string_view algorithm, name, digest;
};

/// A name may hold brackets and equals signs itself, so its end is searched from the end of the line.
std::optional<Parts> split_line(std::string_view line) {
    const auto open = line.find('(');
    const auto equals = line.rfind('=');
    if (open == std::string_view::npos || equals == std::string_view::npos || equals < open)
        return std::nullopt;
    const auto close = line.rfind(')', equals);
    if (close == std::string_view::npos || close <= open || !trim(line.substr(close + 1, equals - close - 1)).empty())
        return std::nullopt;
    return Parts{.algorithm = line.substr(0, open),
                 .name = trim(line.substr(open + 1, close - open - 1)),
                 .digest = trim(line.substr(equals + 1))};
}

/// A line of sha256sum and its like: the digest, a blank, and a blank or '*' before the name.  Its length says the
/// kind.
std::optional<ManifestEntry> read_sum_line(std::string_view line) {
    const auto end = line.find(' ');
    if (end == std::string_view::npos || end + 2 >= line.size() || (line[end + 1] != ' ' && line[end + 1] != '*'))
        return std::nullopt;
    const auto digest = lower(line.substr(0, end));
    for (const auto &[name, type] : algorithms)
        if (is_digest(digest, type))
            return ManifestEntry{std::string{line.substr(end + 2)}, type, digest};
    return std::nullopt;
}

/// The entry of line @number of the manifest @name, or a sentence that says why it is ignored.
std::expected<ManifestEntry, std::string> read_line(std::string_view line, std::size_t number,
                                                    const std::string &name) {
    if (auto entry = read_sum_line(line))
        return *std::move(entry);
    const auto parts = split_line(line);
    if (!parts || parts->name.empty())
        return std::unexpected(
            sentence(_("“%s” has a line %zu that cannot be read; it is ignored."), name.c_str(), number));
    const auto algorithm = algorithm_named(parts->algorithm);
    if (!algorithm)
        return std::unexpected(
            sentence(_("“%s” has a checksum of an unknown kind in line %zu; it is ignored."), name.c_str(), number));
    auto digest = lower(parts->digest);
    if (!is_digest(digest, *algorithm))
        return std::unexpected(
            sentence(_("“%s” has no valid checksum in line %zu; it is ignored."), name.c_str(), number));
    return ManifestEntry{std::string{parts->name}, *algorithm, std::move(digest)};
}

} // namespace

Result<bool> KnownChecksums::add(const std::string &file, const ManifestEntry &entry, const std::string &manifest) {
    const auto [known, added] = digests_.try_emplace({file, entry.algorithm}, entry.digest);
    if (known->second == entry.digest)
        return added;
    return fail(H2K_ERROR_SOURCE, _("“%s” has two different checksums of “%s”."), manifest.c_str(),
                printable(entry.name).c_str());
}

Result<Manifest> parse_manifest(std::string_view text, const std::string &name) {
    constexpr std::size_t most_entries = 4096;
    if (text.size() > longest_manifest)
        return fail(H2K_ERROR_SOURCE, _("“%s” is too long for a manifest."), name.c_str());
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    Manifest found;
    KnownChecksums known;
    std::size_t number = 0, ignored = 0;
    for (const auto &line : lines(text)) {
        ++number;
        if (trim(line).empty())
            continue;
        auto entry = read_line(trim(line), number, name);
        if (entry)
            H2K_CHECK(require_plain_name(name, entry->name));
        if (entry && found.entries.size() < most_entries) {
            if (H2K_TRY(known.add(entry->name, *entry, name)))
                found.entries.push_back(*std::move(entry));
        } else if (ignored++ < most_warnings && !entry) {
            found.notices.warn("ovf.manifest-line-ignored", std::move(entry).error());
        }
    }
    if (ignored > most_warnings)
        found.notices.warn("ovf.manifest-line-ignored",
                           sentence(_("“%s” has %zu lines that were ignored."), name.c_str(), ignored));
    return found;
}

} // namespace h2k
