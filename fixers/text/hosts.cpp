// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/hosts.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"
#include <algorithm>

namespace h2k::text {

namespace {

/// The address and the names of a line, with their places.
std::vector<Piece> pieces_of(const Line &line) {
    return words_of(line.content.substr(0, line.content.find('#')), line.at);
}

bool is_among(const std::vector<Piece> &pieces, std::string_view name) {
    return std::ranges::any_of(pieces.begin() + !pieces.empty(), pieces.end(),
                               [&](const Piece &piece) { return lower(piece.value) == lower(name); });
}

std::string first_label(std::string_view name) { return std::string{name.substr(0, name.find('.'))}; }

} // namespace

bool names_host(std::string_view file, std::string_view name) {
    return std::ranges::any_of(lines_of(file), [&](const Line &line) { return is_among(pieces_of(line), name); });
}

std::string rename_host(std::string_view file, const std::string &old, const std::string &name,
                        const std::string &domain) {
    const auto was = first_label(old), is = first_label(name);
    if (was.empty() || was == "localhost")
        return std::string{file};
    Edits edits;
    for (const auto &line : lines_of(file)) {
        const auto pieces = pieces_of(line);
        // A longer name that begins so is another host's, unless the line has both.
        const bool has_both = is_among(pieces, was);
        for (std::size_t i = 1; i < pieces.size(); ++i) {
            const auto &piece = pieces[i];
            if (piece.value == was)
                edits.replace(piece, is);
            else if (piece.value == old || (has_both && piece.value.starts_with(was + ".")))
                edits.replace(piece, is + (domain.empty() ? piece.value.substr(was.size()) : "." + domain));
        }
    }
    return edits.applied(file);
}

std::string add_host(const std::string &file, const std::string &address, const std::vector<std::string> &names) {
    std::vector<std::string> missing = names;
    std::size_t end = std::string::npos;
    for (const auto &line : lines_of(file)) {
        const auto pieces = pieces_of(line);
        if (pieces.empty() || pieces[0].value != address)
            continue;
        std::erase_if(missing, [&](const std::string &name) { return is_among(pieces, name); });
        end = end == std::string::npos ? pieces.back().at + pieces.back().size : end;
    }
    if (missing.empty())
        return file;
    auto edited = file;
    if (end != std::string::npos)
        return edited.insert(end, " " + join(missing, " "));
    return edited + (file.empty() || file.ends_with('\n') ? "" : "\n") + address + "\t" + join(missing, " ") + "\n";
}

} // namespace h2k::text
