// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/vmx/text.h"
#include "convert/base/characters/encoding.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <optional>

namespace h2k {

namespace {

struct Setting {
    std::string key; ///< lower case
    std::string_view value;
};

/// Any program may add keys, and "guestinfo." ones contain all sorts of characters.
bool is_key(std::string_view text) {
    return !text.empty() &&
           std::ranges::none_of(text, [](char c) { return g_ascii_iscntrl(c) || c == '"' || c == '#'; });
}

/// key = "value" or key = value, and a comment after it; null where the line is neither.
std::optional<Setting> setting_of(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return std::nullopt;
    const auto key = trim(line.substr(0, equals));
    auto value = trim(line.substr(equals + 1));
    if (!is_key(key))
        return std::nullopt;
    if (!value.starts_with('"')) {
        value = trim(value.substr(0, value.find('#')));
        return value.contains('"') ? std::nullopt : std::optional{Setting{lower(key), value}};
    }
    const auto end = value.find('"', 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto rest = trim(value.substr(end + 1));
    if (!rest.empty() && !rest.starts_with('#'))
        return std::nullopt;
    return Setting{lower(key), value.substr(1, end - 1)};
}

bool is_blank_or_comment(std::string_view line) { return line.empty() || line.starts_with('#'); }

/// "|22" is '"'.  A '|' without two digits is a plain '|'.
std::string unescaped(std::string_view value) {
    std::string plain;
    for (std::size_t i = 0; i < value.size(); i++) {
        const int high = value[i] == '|' && i + 2 < value.size() ? g_ascii_xdigit_value(value[i + 1]) : -1;
        const int low = high < 0 ? -1 : g_ascii_xdigit_value(value[i + 2]);
        if (low < 0) {
            plain += value[i];
            continue;
        }
        plain += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return plain;
}

/// Text that can be shown and compared, whatever bytes it had.
std::string made_valid(std::string_view text) {
    return Owned<char>{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))}.get();
}

/// What `.encoding` says, "" without it.  Keys are plain ASCII in any encoding that VMware writes.
std::string encoding_of(std::string_view text) {
    for (const auto &line : lines(text))
        if (const auto setting = setting_of(trim(line)); setting && setting->key == ".encoding")
            return std::string{setting->value};
    return {};
}

/// @text as UTF-8.
Result<std::string> decoded(std::string_view text, const std::string &name, Notices &notices) {
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    const auto encoding = encoding_of(text);
    if ((encoding.empty() || lower(encoding) == "utf-8") && is_utf8(text))
        return std::string{text};
    if (!encoding.empty() && !has_ascii(encoding))
        return fail(H2K_ERROR_SOURCE, _("“%s” is in the encoding “%s”, which is not supported."), name.c_str(),
                    printable(encoding).c_str());
    // What Windows programs wrote before there was the setting.
    const std::string meant = encoding.empty() ? "windows-1252" : encoding;
    if (encoding.empty())
        notices.note("vmx.encoding-assumed",
                     sentence(_("“%s” does not specify its encoding; windows-1252 is assumed."), name.c_str()));
    if (auto utf8 = converted(text, meant))
        return *std::move(utf8);
    notices.warn("vmx.invalid-characters", sentence(_("“%s” has characters that are not valid in its encoding “%s”."),
                                                    name.c_str(), printable(meant).c_str()));
    return made_valid(text);
}

Result<> take_line(std::string_view line, std::size_t number, const std::string &name, VmxSettings &into) {
    const auto setting = setting_of(line);
    if (!setting)
        return fail(H2K_ERROR_SOURCE, _("Line %zu of “%s” cannot be parsed: “%s”."), number, name.c_str(),
                    printable(line).c_str());
    auto value = unescaped(setting->value);
    if (value.contains('\0'))
        return fail(H2K_ERROR_SOURCE, _("Line %zu of “%s” holds a zero byte."), number, name.c_str());
    if (!is_utf8(value))
        value = made_valid(value);
    const auto [at, added] = into.values.try_emplace(setting->key, value);
    if (!added && at->second != value)
        into.contradicted.insert(setting->key);
    return {};
}

} // namespace

const std::string &VmxSettings::operator[](std::string_view key) const {
    static const std::string none;
    if (const auto found = contradicted.find(key); found != contradicted.end())
        asked.insert(*found);
    const auto at = values.find(key);
    return at == values.end() ? none : at->second;
}

bool VmxSettings::is_true(std::string_view key, bool missing) const {
    constexpr std::array yes{"true", "yes", "on", "1", "t", "y"};
    const auto word = lower((*this)[key]);
    return word.empty() ? missing : std::ranges::find(yes, word) != yes.end();
}

bool is_vmx(std::string_view head) {
    if (head.contains('\0'))
        return false;
    for (const auto &line : lines(head))
        if (const auto setting = setting_of(trim(line)))
            if (setting->key == "config.version" || setting->key == "virtualhw.version")
                return true;
    return false;
}

Result<VmxSettings> parse_vmx(std::string_view text, const std::string &name) {
    if (text.size() > longest_vmx)
        return fail(H2K_ERROR_SOURCE, _("“%s” is longer than 1 MiB, too long for the settings of a VMware machine."),
                    name.c_str());
    if (text.contains('\0'))
        return fail(H2K_ERROR_SOURCE, _("“%s” is not a text file and cannot be the settings of a VMware machine."),
                    name.c_str());
    VmxSettings found;
    const auto utf8 = H2K_TRY(decoded(text, name, found.notices));
    std::size_t number = 0;
    for (const auto &whole : lines(utf8)) {
        number++;
        // Programs disagree about where such a line ends.
        if (has_control_byte(whole))
            return fail(H2K_ERROR_SOURCE, _("Line %zu of “%s” holds a control character: “%s”."), number, name.c_str(),
                        printable(whole).c_str());
        if (const auto line = trim(whole); !is_blank_or_comment(line))
            H2K_CHECK(take_line(line, number, name, found));
    }
    return found;
}

} // namespace h2k
