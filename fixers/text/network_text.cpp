// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/network_text.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"
#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace h2k::text {

Result<std::vector<std::string>> files_in_order(const GuestView &guest, std::initializer_list<const char *> folders,
                                                const std::string &glob) {
    std::map<std::string, std::string> by_name;
    for (const auto *folder : folders)
        for (const auto &path : H2K_TRY(guest.list(folder + ("/" + glob))))
            by_name.try_emplace(path.substr(path.rfind('/')), path);
    std::vector<std::string> found;
    for (const auto &[name, path] : by_name)
        found.push_back(path);
    return found;
}

bool is_left_over(std::string_view path) {
    return path.ends_with("~") || path.ends_with(".bak") || path.ends_with(".orig") || path.ends_with(".old") ||
           path.ends_with(".rpmsave") || path.ends_with(".rpmnew") || path.ends_with(".dpkg-old");
}

bool is_default_route(std::string_view destination) {
    constexpr std::array<std::string_view, 4> all{"default", "0.0.0.0/0", "::/0", "0.0.0.0"};
    return std::ranges::find(all, destination) != all.end();
}

std::optional<unsigned> vlan_number(std::string_view text) { return parse_number<unsigned>(text, 0, 4095); }

Result<std::vector<InterfacesPart>> read_interfaces_files(const GuestView &guest, const ReadNext &read,
                                                          Notices &notices) {
    constexpr std::size_t file_limit = 1024, most_patterns = 64;
    std::size_t patterns = 0;
    std::vector<InterfacesPart> parts;
    std::vector<std::string> files{"/etc/network/interfaces"};
    std::set<std::string> seen;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto path = files[i];
        if (!seen.insert(path).second || is_left_over(path))
            continue;
        const auto *content = H2K_TRY(read(path));
        if (!content)
            continue;
        parts.push_back({path, parse_interfaces(*content)});
        for (const auto &pattern : parts.back().content.sources) {
            if (++patterns > most_patterns) {
                notices.warn(
                    "guest.too-many-sources",
                    sentence(_("“%s” includes too many other files; the rest was ignored."), printable(path).c_str()));
                break;
            }
            // Relative patterns start at /etc/network, as interfaces(5) says.
            const auto glob = pattern.starts_with('/') ? pattern : "/etc/network/" + pattern;
            for (auto &found : H2K_TRY(guest.list(glob)))
                if (files.size() < file_limit)
                    files.push_back(std::move(found));
        }
    }
    return parts;
}

} // namespace h2k::text
