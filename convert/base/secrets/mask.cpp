// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/secrets/mask.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <glib.h>
#include <optional>

namespace h2k {

namespace {

constexpr std::string_view blanks = " \t";

bool is_word(char c) { return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.'; }

std::size_t skip(std::string_view line, std::size_t at, std::string_view over) {
    return std::min(line.find_first_not_of(over, at), line.size());
}

/// Parts of names that are of a secret whatever else the name says: wpa-psk, private_key_password, GRUB_PASSWORD.
bool is_secret_name(std::string_view name) {
    constexpr std::array parts = {
        "password",     "passwd",    "passphrase", "passwort", "pass",       "pwd",     "psk",
        "secret",       "token",     "pin",        "rootpw",   "bindpw",     "adminpw", "privatekey",
        "presharedkey", "sharedkey", "authkey",    "apikey",   "credential", "cred",    "credentials",
    };
    constexpr std::array whole = {"private_key",   "preshared_key", "shared_key",    "auth_key",
                                  "api_key",       "wireless_key",  "wireless_key0", "wireless_key1",
                                  "wireless_key2", "wireless_key3", "wep_key",       "wep_key0",
                                  "wep_key1",      "wep_key2",      "wep_key3",      "secret_access_key"};
    auto plain = lower(name);
    std::ranges::replace_if(plain, [](char c) { return c == '-' || c == '.'; }, '_');
    if (std::ranges::find(whole, plain) != whole.end())
        return true;
    return std::ranges::any_of(split(plain, '_'),
                               [&](const auto &part) { return std::ranges::find(parts, part) != parts.end(); });
}

/// A name of the line, and where its value begins.
struct Name {
    std::size_t from, to; ///< of the name
    std::size_t value;    ///< where the value begins; npos: no value follows
    bool begins_line;     ///< nothing stands before it but a mark of a list or a quote
};

/// The next name at or after @at.
std::optional<Name> next_name(std::string_view line, std::size_t at) {
    while (at < line.size() && !is_word(line[at]))
        ++at;
    if (at == line.size())
        return std::nullopt;
    Name name{.from = at, .to = at, .value = line.npos, .begins_line = false};
    while (name.to < line.size() && is_word(line[name.to]))
        ++name.to;
    // The "-" of a list in YAML is a word of its own.
    const auto before = line.substr(0, name.from);
    name.begins_line =
        std::ranges::all_of(before, [](char c) { return blanks.contains(c) || c == '-' || c == '"' || c == '\''; });
    auto after = name.to;
    if (after < line.size() && (line[after] == '"' || line[after] == '\''))
        ++after; // a quoted name in JSON
    const auto mark = skip(line, after, blanks);
    if (mark < line.size() && (line[mark] == '=' || line[mark] == ':'))
        name.value = skip(line, mark + 1, blanks);
    else if (name.begins_line && mark > after && mark < line.size())
        name.value = mark; // "wpa-psk VALUE"
    return name;
}

/// Where the value at @at ends.  One that the line is all about may have blanks in it.
std::size_t end_of_value(std::string_view line, const Name &name) {
    if (line.substr(name.value).starts_with(hidden) && !name.begins_line)
        return name.value + hidden.size();
    const auto end = line.find_last_not_of(blanks) + 1;
    const char first = line[name.value];
    if (first == '"' || first == '\'') {
        const auto close = line.find(first, name.value + 1);
        return close == line.npos ? end : close + 1;
    }
    if (name.begins_line)
        return end;
    return std::min(line.find_first_of(" \t,;&\"')}]", name.value), end);
}

/// The path of a file with credentials is no secret.
bool is_path(std::string_view value) { return value.starts_with('/'); }

std::string without_named(std::string_view line) {
    std::string kept;
    std::size_t done = 0;
    for (auto name = next_name(line, 0); name; name = next_name(line, std::max(done, name->to))) {
        const bool of_path = name->from > 0 && line[name->from - 1] == '/'; // "/root/passphrase: Permission denied"
        if (of_path || name->value == line.npos || name->value >= line.size() ||
            !is_secret_name(line.substr(name->from, name->to - name->from)))
            continue;
        const auto end = end_of_value(line, *name);
        if (end <= name->value || is_path(line.substr(name->value, end - name->value)))
            continue;
        kept.append(line.substr(done, name->value - done)).append(hidden);
        done = end;
    }
    return kept.append(line.substr(done));
}

/// "scheme://user:secret@host"
std::string without_url_passwords(std::string line) {
    for (auto at = line.find("://"); at != line.npos; at = line.find("://", at + 3)) {
        const auto from = at + 3;
        const auto end = std::min(line.find_first_of(" \t/\"'<>", from), line.size());
        const auto host = line.substr(0, end).rfind('@');
        const auto colon = line.find(':', from);
        if (host == line.npos || host < from || colon >= host)
            continue;
        line.replace(colon + 1, host - colon - 1, hidden);
    }
    return line;
}

/// Hashes of crypt(5), of LDAP and of GRUB.
std::string without_hashes(std::string line) {
    constexpr std::array starts = {"$1$",     "$2a$",    "$2b$",  "$2x$", "$2y$",    "$3$",   "$5$",
                                   "$6$",     "$7$",     "$8$",   "$y$",  "$gy$",    "$md5",  "$sha1$",
                                   "$argon2", "$scrypt", "{SSHA", "{SHA", "{CRYPT}", "{MD5}", "grub.pbkdf2."};
    for (const std::string_view start : starts)
        for (auto at = line.find(start); at != line.npos; at = line.find(start, at + hidden.size())) {
            const auto end = std::min(line.find_first_of(" \t:,;\"'", at), line.size());
            line.replace(at, end - at, hidden);
        }
    return line;
}

/// The second field of a line of shadow(5) or passwd(5), where a hash is of the old kind, without a mark.
std::string without_shadow(std::string_view line) {
    auto fields = split(line, ':');
    const bool shadow = fields.size() == 9, passwd = fields.size() == 7;
    const auto is_count = [](const std::string &field) { return field.empty() || parse_number(field).has_value(); };
    if ((!shadow && !passwd) || fields[0].empty() || fields[0].contains(' ') || !is_count(fields[2]) ||
        !is_count(fields[3]) || fields[1].find_first_not_of("*!x") == std::string::npos || fields[1].contains(hidden))
        return std::string{line};
    fields[1] = hidden;
    return join(fields, ":");
}

/// The third field of a line of crypttab(5), where it is a passphrase and not a file or a device.
std::string without_crypttab_key(std::string_view line) {
    const auto fields = words(line);
    if (fields.size() < 4 || line.starts_with('#'))
        return std::string{line};
    const auto &key = fields[2];
    const bool opens = std::ranges::any_of(split(fields[3], ','), [](const std::string &option) {
        return option == "luks" || option == "plain" || option == "tcrypt" || option == "bitlk" ||
               option.starts_with("cipher=") || option.starts_with("keyscript=");
    });
    if (!opens || key == "none" || key == "-" || is_path(key) || key.contains('=') || key == hidden)
        return std::string{line};
    const auto second = line.find(fields[1], line.find(fields[0]) + fields[0].size());
    const auto at = line.find(key, second + fields[1].size());
    return std::string{line.substr(0, at)}.append(hidden).append(line.substr(at + key.size()));
}

/// A line of nothing but base64, as keys in PEM have.  A name has no letters of each kind and digits over that length.
bool is_key_material(std::string_view line) {
    constexpr std::size_t shortest = 40;
    const auto text = trim(line);
    const auto has = [&](auto kind) { return std::ranges::any_of(text, [&](char c) { return kind(c) != 0; }); };
    return text.size() >= shortest && consists_of(text, "+/=") && has([](char c) { return g_ascii_isupper(c); }) &&
           has([](char c) { return g_ascii_islower(c); }) && has([](char c) { return g_ascii_isdigit(c); });
}

std::string masked(std::string_view line) {
    if (is_key_material(line))
        return std::string{hidden};
    return without_shadow(
        without_crypttab_key(without_named(without_hashes(without_url_passwords(std::string{line})))));
}

} // namespace

std::string without_secrets(std::string_view text) {
    std::string all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        const bool cr = line.ends_with('\r');
        all += masked(line.substr(0, line.size() - (cr ? 1 : 0)));
        all += cr ? "\r" : "";
        all += end < text.size() ? "\n" : "";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

} // namespace h2k
