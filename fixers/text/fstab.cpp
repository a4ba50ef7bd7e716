// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/fstab.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k::text {

namespace {

std::vector<Piece> fields(const Line &line) {
    constexpr std::string_view blanks = " \t\r";
    std::vector<Piece> found;
    const auto text = line.content;
    for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        found.push_back({without_octal_escapes(text.substr(at, end - at)), line.at + at, end - at});
        at = text.find_first_not_of(blanks, end);
    }
    return found;
}

bool is_comment(const Line &line) { return trim(line.content).starts_with('#'); }

} // namespace

bool FstabEntry::has_option(std::string_view name) const {
    if (!options)
        return false;
    const auto all = split(options->value, ',');
    return std::ranges::find(all, name) != all.end();
}

std::vector<FstabEntry> parse_fstab(std::string_view file) {
    std::vector<FstabEntry> entries;
    unsigned number = 0;
    for (const auto &line : lines_of(file)) {
        ++number;
        const auto found = fields(line);
        if (is_comment(line) || found.size() < 3)
            continue;
        entries.push_back({number, found[0], found[1], found[2], {}});
        // What follows a '#' is a comment there, as libmount reads it.
        if (found.size() > 3 && !found[3].value.starts_with('#'))
            entries.back().options = found[3];
    }
    return entries;
}

std::vector<CrypttabEntry> parse_crypttab(std::string_view file) {
    std::vector<CrypttabEntry> entries;
    unsigned number = 0;
    for (const auto &line : lines_of(file)) {
        ++number;
        const auto found = fields(line);
        if (is_comment(line) || found.size() < 2)
            continue;
        entries.push_back({number, found[0], found[1], found.size() > 2 ? found[2].value : std::string{},
                           found.size() > 3 ? found[3].value : std::string{}});
    }
    return entries;
}

std::string fstab_field(std::string_view value) {
    std::string field;
    for (const char c : value) {
        if (std::string_view{" \t\r\n\\"}.contains(c) || (c == '#' && field.empty())) {
            field += '\\';
            field += static_cast<char>('0' + c / 64);
            field += static_cast<char>('0' + c / 8 % 8);
            field += static_cast<char>('0' + c % 8);
        } else
            field += c;
    }
    return field;
}

void add_option(Edits &edits, const FstabEntry &entry, std::string_view option) {
    const std::string name{option};
    if (entry.options)
        edits.insert(entry.options->at + entry.options->size, "," + name);
    else
        edits.insert(entry.type.at + entry.type.size, " defaults," + name);
}

} // namespace h2k::text
