// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/boot_lines.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>

namespace h2k::text {

namespace {

constexpr std::string_view blanks = " \t";

/// The first word of a line, and what follows it as a region.
struct Verb {
    std::string_view word;
    Region rest;
};

Verb verb_of(const Line &line) {
    const auto text = line.content;
    const auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos)
        return {};
    const auto end = std::min(text.find_first_of(blanks, from), text.size());
    const auto rest = std::min(text.find_first_not_of(blanks, end), text.size());
    return {text.substr(from, end - from), {line.at + rest, text.size() - rest}};
}

template <typename Wanted> std::vector<Region> lines_with(std::string_view file, Wanted wanted) {
    std::vector<Region> found;
    for (const auto &line : lines_of(file))
        if (const auto verb = verb_of(line); !verb.word.empty() && wanted(verb.word))
            found.push_back(verb.rest);
    return found;
}

/// Narrows `kernelopts="…"` to what stands between the quotes.
bool narrow_to_kernelopts(std::string_view file, Region &region) {
    constexpr std::string_view name = "kernelopts=";
    auto text = file.substr(region.at, region.size);
    if (!text.starts_with(name))
        return false;
    region.at += name.size();
    text.remove_prefix(name.size());
    if (text.starts_with('"') || text.starts_with('\'')) {
        const auto closing = std::min(text.find(text.front(), 1), text.size());
        text = text.substr(1, closing - 1);
        ++region.at;
    }
    region.size = text.size();
    return true;
}

} // namespace

std::vector<Region> grub_kernel_lines(std::string_view file) {
    constexpr std::array<std::string_view, 6> kernel = {"linux", "linux16", "linuxefi", "kernel", "module", "module2"};
    auto found =
        lines_with(file, [&](std::string_view verb) { return std::ranges::find(kernel, verb) != kernel.end(); });
    for (auto region : lines_with(file, [](std::string_view verb) { return verb == "set"; }))
        if (narrow_to_kernelopts(file, region))
            found.push_back(region);
    return found;
}

std::vector<Piece> grub_root_variables(std::string_view file) {
    std::vector<Piece> found;
    for (const auto &region : lines_with(file, [](std::string_view verb) { return verb == "set"; }))
        for (const std::string_view name : {"rootpartition=", "rootdevice="}) {
            const auto text = trim(file.substr(region.at, region.size));
            if (!text.starts_with(name))
                continue;
            const auto value = text.substr(name.size());
            const bool quoted =
                value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
            const auto bare = quoted ? value.substr(1, value.size() - 2) : value;
            found.push_back({std::string{bare}, static_cast<std::size_t>(bare.data() - file.data()), bare.size()});
        }
    return found;
}

std::vector<Region> bls_options(std::string_view file) {
    return lines_with(file, [](std::string_view verb) { return verb == "options"; });
}

std::vector<Region> syslinux_appends(std::string_view file) {
    return lines_with(file, [](std::string_view verb) { return lower(verb) == "append"; });
}

std::vector<Piece> device_map(std::string_view file) {
    std::vector<Piece> found;
    for (const auto &line : lines_of(file)) {
        const auto verb = verb_of(line);
        if (!verb.word.starts_with('('))
            continue;
        const auto name = trim(file.substr(verb.rest.at, verb.rest.size));
        found.push_back({std::string{name}, verb.rest.at, name.size()});
    }
    return found;
}

} // namespace h2k::text
