// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/os_release.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include <array>

namespace h2k {

namespace {

/// No distribution needs more, and these texts end up in reports and names.
constexpr std::size_t longest_value = 256;

std::string unquote(std::string_view value) {
    const std::string raw{trim(value)};
    Owned<GError> error;
    const Owned<char> plain{g_shell_unquote(raw.c_str(), out(error))};
    std::string text = plain ? plain.get() : raw;
    if (text.size() > longest_value || !is_utf8(text))
        return {};
    return text;
}

/// The first word of @text that starts with a digit.
std::string version_in(std::string_view text) {
    for (const auto &word : words(trim(text)))
        if (g_ascii_isdigit(word.front()))
            return word.substr(0, longest_value);
    return {};
}

} // namespace

OsRelease parse_os_release(std::string_view text) {
    OsRelease found;
    const std::array<std::pair<std::string_view, std::string *>, 4> fields{{
        {"ID", &found.id},
        {"ID_LIKE", &found.like},
        {"VERSION_ID", &found.version},
        {"PRETTY_NAME", &found.pretty_name},
    }};
    for (const auto &line : lines(text)) {
        const auto assignment = trim(line);
        const auto equals = assignment.find('=');
        if (assignment.starts_with('#') || equals == std::string_view::npos)
            continue;
        for (const auto &[key, value] : fields)
            if (assignment.substr(0, equals) == key)
                *value = unquote(assignment.substr(equals + 1));
    }
    found.id = lower(found.id);
    found.like = lower(found.like);
    return found;
}

OsRelease parse_debian_version(std::string_view text) {
    const auto all = lines(text);
    const auto version = all.empty() ? std::string{} : version_in(all.front());
    // VERSION_ID of Debian's own os-release names the major version alone.
    const auto major = version.substr(0, version.find('.'));
    return {.id = "debian", .version = major, .pretty_name = major.empty() ? "Debian" : "Debian " + major};
}

OsRelease parse_redhat_release(std::string_view text) {
    const auto all = lines(text);
    const std::string first{trim(all.empty() ? std::string_view{} : all.front()).substr(0, longest_value)};
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> names{{
        {"Red Hat", "rhel"},
        {"CentOS", "centos"},
        {"Fedora", "fedora"},
        {"Scientific", "scientific"},
        {"Rocky", "rocky"},
        {"AlmaLinux", "almalinux"},
    }};
    for (const auto &[start, id] : names)
        if (first.starts_with(start))
            return {.id = std::string{id}, .like = "rhel", .version = version_in(first), .pretty_name = first};
    return {.like = "rhel", .version = version_in(first), .pretty_name = first};
}

Result<OsRelease> read_os_release(const GuestView &guest, Notices &notices) {
    constexpr std::array<std::pair<const char *, OsRelease (*)(std::string_view)>, 4> files{{
        {"/etc/os-release", parse_os_release},
        {"/usr/lib/os-release", parse_os_release},
        {"/etc/redhat-release", parse_redhat_release},
        {"/etc/debian_version", parse_debian_version},
    }};
    for (const auto &[path, parse] : files)
        if (const auto text = H2K_TRY(text::read_config(guest, path, notices)))
            return parse(*text);
    return OsRelease{};
}

} // namespace h2k
