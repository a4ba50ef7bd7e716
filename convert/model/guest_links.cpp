// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/guest_links.h"
#include "convert/base/text.h"
#include <deque>

namespace h2k {

Result<std::optional<std::string>> follow_links(const std::string &path, bool last, const ReadLink &link) {
    constexpr int most_links = 40;
    const auto parts = split(path, '/');
    std::deque<std::string> rest{parts.begin(), parts.end()};
    std::string done;
    for (int links = 0; !rest.empty();) {
        const auto part = std::move(rest.front());
        rest.pop_front();
        if (part.empty() || part == ".")
            continue;
        if (part == "..") {
            done.resize(done.empty() ? 0 : done.rfind('/'));
            continue;
        }
        const auto here = done + "/" + part;
        const auto to = last || !rest.empty() ? H2K_TRY(link(here)) : std::nullopt;
        if (!to) {
            done = here;
            continue;
        }
        if (++links > most_links)
            return std::nullopt;
        const auto next = split(*to, '/');
        rest.insert(rest.begin(), next.begin(), next.end());
        if (to->starts_with('/'))
            done.clear();
    }
    return done.empty() ? "/" : done;
}

} // namespace h2k
