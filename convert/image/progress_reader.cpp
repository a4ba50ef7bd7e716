// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/progress_reader.h"
#include <algorithm>
#include <glib.h>

namespace h2k {

void ProgressReader::take(std::string_view chunk) {
    constexpr std::string_view end = "/100%)";
    constexpr std::size_t longest = 64; // no more than this can be the start of a report
    rest_ += chunk;
    double found = -1;
    for (auto at = rest_.find(end); at != std::string::npos; at = rest_.find(end)) {
        const auto start = rest_.rfind('(', at);
        if (start != std::string::npos) {
            const auto number = rest_.substr(start + 1, at - start - 1);
            char *stop = nullptr;
            const double percent = g_ascii_strtod(number.c_str(), &stop);
            if (!number.empty() && *stop == '\0' && percent >= 0)
                found = std::min(percent / 100, 1.0);
        }
        rest_.erase(0, at + end.size());
    }
    if (rest_.size() > longest)
        rest_.erase(0, rest_.size() - longest);
    if (found >= 0 && found != last_ && report_)
        report_(last_ = found);
}

} // namespace h2k
