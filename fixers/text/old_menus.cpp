// SPDX-License-Identifier: LGPL-2.1-or-later
// Menus of syslinux and of GRUB 0.97.
#include "convert/base/text.h"
#include "fixers/text/boot_menu.h"
#include "fixers/text/edit.h"
#include "fixers/text/kernel_args.h"
#include <algorithm>

namespace h2k::text {

namespace {

/// Limits far above what guests have.
constexpr std::size_t most_entries = 512, longest_options = 64u << 10, most_initrds = 16;

/// The first word of a line, and what follows it; "default=0" is two words as well.
struct Verb {
    std::string word;
    std::string_view rest;
};

Verb verb_of(std::string_view line, std::string_view ends) {
    line = trim(line);
    const auto end = std::min(line.find_first_of(ends), line.size());
    const auto from = std::min(line.find_first_not_of(ends, end), line.size());
    return {lower(line.substr(0, end)), trim(line.substr(from))};
}

std::string bounded(std::string_view text) { return text.size() > longest_options ? "" : std::string{text}; }

void add_initrds(MenuEntry &entry, std::string_view names, char between) {
    for (const auto &name : split(names, between))
        if (entry.initrds.size() < most_initrds && !name.empty())
            entry.initrds.emplace_back(name);
}

void take_label_line(MenuEntry &label, const Verb &verb) {
    if (verb.word == "append")
        label.options = bounded(verb.rest);
    else if (verb.word == "initrd")
        add_initrds(label, verb.rest, ',');
    else if (verb.word == "linux" || verb.word == "kernel")
        label.kernel = bounded(verb.rest);
    label.unclear = label.unclear || verb.word == "com32" || verb.word == "config" || verb.word == "fdt" ||
                    lower(label.kernel).ends_with(".c32");
}

/// "initrd=" of a command line names files to load, unless a line of its own does.
MenuEntry with_initrds(MenuEntry label) {
    if (label.initrds.empty())
        for (const auto &argument : kernel_arguments(label.options))
            if (argument.name == "initrd")
                add_initrds(label, argument.value.value, ',');
    return label;
}

/// "(hd0,0)/path", or a path on the partition that "root" named; empty: on another than @partition.
std::string on_partition(std::string_view path, unsigned partition, bool &unclear) {
    if (path.starts_with('(')) {
        const auto end = path.find(')'), comma = path.find(',');
        const auto number = end == path.npos || comma > end
                                ? std::nullopt
                                : parse_number<unsigned>(path.substr(comma + 1, end - comma - 1), 0, 999);
        unclear = unclear || !number || *number + 1 != partition;
        return std::string{end == path.npos ? "" : path.substr(end + 1)};
    }
    return std::string{path};
}

void take_title_line(MenuEntry &entry, const Verb &verb, unsigned partition) {
    if (verb.word == "root" || verb.word == "rootnoverify")
        (void)on_partition(verb.rest, partition, entry.unclear);
    else if (verb.word == "initrd")
        add_initrds(entry, on_partition(verb.rest, partition, entry.unclear), ' ');
    else if (verb.word == "kernel") {
        entry.unclear = entry.unclear || !entry.kernel.empty() || verb.rest.starts_with("--");
        const auto path = verb.rest.substr(0, verb.rest.find_first_of(" \t"));
        entry.kernel = bounded(on_partition(path, partition, entry.unclear));
        entry.options = bounded(trim(verb.rest.substr(path.size())));
    }
    entry.unclear = entry.unclear || verb.word == "module" || verb.word == "chainloader" || verb.word == "configfile";
}

} // namespace

std::optional<MenuEntry> syslinux_default(std::string_view file) {
    std::vector<MenuEntry> labels;
    std::string wanted;
    std::size_t marked = most_entries;
    bool includes = false;
    for (const auto &line : lines_of(file)) {
        const auto verb = verb_of(line.content, " \t");
        includes = includes || verb.word == "include";
        if (verb.word == "default")
            wanted = verb.rest;
        else if (verb.word == "label" && labels.size() < most_entries)
            labels.push_back({std::string{verb.rest}, {}, -1, false, {}});
        else if (verb.word == "menu" && lower(verb.rest) == "default" && !labels.empty())
            marked = labels.size() - 1;
        else if (!labels.empty())
            take_label_line(labels.back(), verb);
    }
    if (labels.empty())
        return std::nullopt;
    // A DEFAULT that is no label is the menu's own program.
    const auto named = std::ranges::find(labels, wanted, &MenuEntry::id);
    auto found = with_initrds(marked < labels.size()  ? labels[marked]
                              : named == labels.end() ? labels.front()
                                                      : *named);
    found.unclear = found.unclear || includes;
    return found;
}

std::optional<MenuEntry> legacy_default(std::string_view file, unsigned partition) {
    std::vector<MenuEntry> titles;
    std::size_t wanted = 0;
    for (const auto &line : lines_of(file)) {
        const auto verb = verb_of(line.content, " \t=");
        if (verb.word == "title" && titles.size() < most_entries)
            titles.push_back({{}, std::string{verb.rest}, -1, false, {}});
        else if (!titles.empty())
            take_title_line(titles.back(), verb, partition);
        else if (verb.word == "default")
            wanted = parse_number(verb.rest, 0, most_entries).value_or(most_entries);
    }
    return wanted < titles.size() ? std::optional{titles[wanted]} : std::nullopt;
}

} // namespace h2k::text
