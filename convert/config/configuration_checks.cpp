// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/configuration_checks.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::size_t longest_user_name = 32, longest_unit_name = 255, longest_file_name = 200, longest_label = 63;
constexpr std::size_t most_content = 1u << 20, most_key = 16u << 10;

bool has_form(std::string_view name, std::string_view further) {
    return !name.empty() && name.size() <= longest_user_name && (g_ascii_isalpha(name[0]) || name[0] == '_') &&
           consists_of(name.ends_with('$') ? name.substr(0, name.size() - 1) : name, further);
}

/// Length of the last part of each method's hash, crypt(5).
struct Method {
    std::string_view prefix;
    std::size_t least, most;
};
constexpr auto methods = std::to_array<Method>({{"$y$", 43, 43},
                                                {"$gy$", 43, 43},
                                                {"$7$", 43, 43},
                                                {"$2a$", 53, 53},
                                                {"$2b$", 53, 53},
                                                {"$2y$", 53, 53},
                                                {"$6$", 86, 86},
                                                {"$5$", 43, 43},
                                                {"$1$", 22, 22}});

bool is_hash(std::string_view hash) {
    const auto *method = std::ranges::find_if(methods, [&](const Method &m) { return hash.starts_with(m.prefix); });
    if (method == methods.end() || hash.size() > 384 || !consists_of(hash, "./$=,-"))
        return false;
    const auto last = hash.substr(hash.rfind('$') + 1);
    return hash.rfind('$') >= method->prefix.size() && last.size() >= method->least && last.size() <= method->most;
}

constexpr std::array key_types = {"ssh-ed25519",
                                  "ssh-rsa",
                                  "ecdsa-sha2-nistp256",
                                  "ecdsa-sha2-nistp384",
                                  "ecdsa-sha2-nistp521",
                                  "sk-ssh-ed25519@openssh.com",
                                  "ssh-dss",
                                  "sk-ecdsa-sha2-nistp256@openssh.com"};

/// Is @base64 a key that names @type itself?  RFC 4253 section 6.6.
bool is_key_of(const std::string &type, const std::string &base64) {
    if (base64.size() % 4 != 0 || !consists_of(base64, "+/="))
        return false;
    gsize size = 0;
    const Owned<char> bytes{reinterpret_cast<char *>(g_base64_decode(base64.c_str(), &size))};
    const std::string_view blob{bytes.get(), size};
    const auto length = std::string{'\0', '\0', '\0', static_cast<char>(type.size())};
    return blob.size() > type.size() + 24 && blob.starts_with(length + type);
}

/// Where the words of @line begin; blanks in double quotes do not end one, as in the options of a key.
std::vector<std::string> quoted_words(const std::string &line) {
    std::vector<std::string> found(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && (i == 0 || line[i - 1] != '\\'))
            quoted = !quoted;
        if (quoted || (line[i] != ' ' && line[i] != '\t'))
            found.back() += line[i];
        else if (!found.back().empty())
            found.emplace_back();
    }
    return found;
}

constexpr std::array unit_suffixes = {".service", ".socket", ".device", ".mount", ".automount", ".swap",
                                      ".target",  ".path",   ".timer",  ".slice", ".scope"};

} // namespace

Result<std::string> account_name(const Node &node) {
    auto name = H2K_TRY(node.text());
    if (!has_form(name, "_-."))
        return node.refused(
            _("“%s” is not a valid name of an account or a group: it has at most 32 letters, digits and "
              "“_-.”, and starts with a letter or an underscore."),
            printable(name).c_str());
    return name;
}

Result<std::string> password_hash(const Node &node) {
    auto hash = H2K_TRY(node.text());
    if (!is_hash(hash))
        return node.refused(
            "%s", _("This password is not a hash of crypt(5), which starts with “$6$” or “$y$”; create one with "
                    "“openssl passwd -6” or “mkpasswd”."));
    return hash;
}

Result<std::string> ssh_key(const Node &node) {
    const auto given = H2K_TRY(node.text());
    std::string line{trim(given)};
    const auto parts = quoted_words(line);
    if (line.size() <= most_key && !has_control(replace_all(line, "\t", "")))
        for (std::size_t i = 0; i < 2 && i + 1 < parts.size(); ++i)
            if (std::ranges::find(key_types, parts[i]) != key_types.end() && is_key_of(parts[i], parts[i + 1]))
                return line;
    return node.refused(_("“%s” is not a public SSH key: a type such as ssh-ed25519, and the key in base64."),
                        printable(line.substr(0, 40)).c_str());
}

Result<std::string> account_path(const Node &node) {
    auto path = H2K_TRY(node.text());
    const auto parts = split(path, '/');
    const bool straight = std::ranges::none_of(parts, [](const auto &part) { return part == ".." || part == "."; });
    if (!path.starts_with('/') || path.size() < 2 || path.size() > 1024 || !straight ||
        path.find(':') != std::string::npos || has_control(path))
        return node.refused(_("“%s” is not an absolute path that an account can have."), printable(path).c_str());
    return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

Result<std::string> account_comment(const Node &node) {
    auto comment = H2K_TRY(node.text());
    if (comment.size() > 1024 || comment.find(':') != std::string::npos || has_control(comment))
        return node.refused("%s", _("The comment of an account must not contain a colon or a line break."));
    return comment;
}

Result<std::string> unit_name(const Node &node) {
    auto name = H2K_TRY(node.text());
    if (std::ranges::none_of(unit_suffixes, [&](const char *suffix) { return name.ends_with(suffix); }))
        name += ".service";
    const auto stem = name.substr(0, name.rfind('.'));
    if (name.size() > longest_unit_name || stem.empty() || !consists_of(name, ":_.\\@-") ||
        (!g_ascii_isalnum(stem[0]) && stem[0] != '_'))
        return node.refused(_("“%s” is not a valid name of a unit."), printable(name).c_str());
    return name;
}

Result<std::string> host_name(const Node &node, std::string_view name, std::size_t most) {
    const auto labels = split(name, '.');
    const bool good = !name.empty() && name.size() <= most && std::ranges::all_of(labels, [](const auto &label) {
        return !label.empty() && label.size() <= longest_label && consists_of(label, "-") && label.front() != '-' &&
               label.back() != '-';
    });
    if (!good)
        return node.refused(
            _("“%s” is not a valid host name: it has at most %zu letters, digits and dashes, with dots between parts."),
            printable(name).c_str(), most);
    return std::string{name};
}

Result<std::string> host_name(const Node &node, std::size_t most) {
    const auto name = H2K_TRY(node.text());
    return host_name(node, name, most);
}

Result<std::string> ip_address(const Node &node, const std::string &address) {
    if (!g_hostname_is_ip_address(address.c_str()) || address.find('%') != std::string::npos)
        return node.refused(_("“%s” is not an IP address."), printable(address).c_str());
    return address;
}

Result<std::string> file_name(const Node &node) {
    auto name = H2K_TRY(node.text());
    if (name.empty() || name.size() > longest_file_name || name[0] == '.' || name[0] == '-' ||
        !consists_of(name, "._-@:+"))
        return node.refused(_("“%s” is not a valid name of a file: it has letters, digits and “._-@:+”, no slash, and "
                              "does not start with "
                              "a dot or a dash."),
                            printable(name).c_str());
    return name;
}

Result<std::string> file_content(const Node &node) {
    auto content = H2K_TRY(node.text());
    if (content.size() > most_content)
        return node.refused("%s", _("A file of the configuration must not be larger than 1 MiB."));
    if (!content.ends_with('\n'))
        content += '\n';
    return content;
}

} // namespace h2k
