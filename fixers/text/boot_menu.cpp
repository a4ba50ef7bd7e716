// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/boot_menu.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"
#include "fixers/text/kernel_args.h"
#include <algorithm>
#include <array>

namespace h2k::text {

namespace {

/// Limits far above what guests have.
constexpr std::size_t most_entries = 512, most_depth = 16, longest_options = 64u << 10, most_initrds = 16;

/// The first word of a line, and what follows it.
struct Verb {
    std::string_view word, rest;
};

Verb verb_of(std::string_view line) {
    line = trim(line);
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    return {line.substr(0, end), trim(line.substr(end))};
}

/// The word that @text begins with, quotes undone.
std::string word_at(std::string_view text) {
    text = trim(text);
    if (text.starts_with('\'') || text.starts_with('"'))
        return std::string{text.substr(1, std::min(text.find(text.front(), 1), text.size()) - 1)};
    return std::string{text.substr(0, text.find_first_of(" \t{"))};
}

std::string id_of(std::string_view line) {
    for (const std::string_view option : {"$menuentry_id_option", "${menuentry_id_option}", "--id=", "--id"})
        if (const auto at = line.find(option); at != std::string_view::npos)
            return word_at(line.substr(at + option.size()));
    return {};
}

template <std::size_t size> bool is_one_of(std::string_view word, const std::array<std::string_view, size> &all) {
    return std::ranges::find(all, word) != all.end();
}

std::string bounded(std::string_view text) { return text.size() > longest_options ? "" : std::string{text}; }

void add_initrds(std::vector<std::string> &initrds, std::string_view words) {
    for (const auto &word : words_of(words, 0))
        if (initrds.size() < most_initrds)
            initrds.push_back(word.value);
}

/// The path and the command line of "linux PATH OPTIONS".
void take_kernel(MenuEntry &entry, std::string_view rest) {
    entry.unclear = entry.unclear || !entry.kernel.empty();
    if (!entry.options.empty())
        return;
    const auto path = rest.substr(0, rest.find_first_of(" \t"));
    entry.kernel = bounded(path);
    entry.options = bounded(trim(rest.substr(path.size())));
}

/// GRUB manual, "search": its last word is the file system's UUID, if it is for that.
void take_search(MenuEntry &entry, std::string_view rest) {
    const auto words = words_of(rest, 0);
    const bool by_uuid =
        std::ranges::any_of(words, [](const Piece &word) { return word.value == "--fs-uuid" || word.value == "-u"; });
    const bool is_known = !entry.filesystem.empty() && !entry.filesystem.starts_with('(');
    if (!by_uuid || (is_known && entry.filesystem != words.back().value))
        entry.unclear = true;
    else
        entry.filesystem = bounded(words.back().value);
}

/// A line within a menuentry.
void take_command(MenuEntry &entry, std::string_view word, std::string_view rest) {
    constexpr std::array<std::string_view, 3> kernel{"linux", "linux16", "linuxefi"};
    constexpr std::array<std::string_view, 3> initrd{"initrd", "initrd16", "initrdefi"};
    constexpr std::array<std::string_view, 2> module{"module", "module2"};
    constexpr std::array<std::string_view, 7> other{"multiboot",  "multiboot2",     "chainloader", "configfile",
                                                    "devicetree", "xen_hypervisor", "loopback"};
    if (is_one_of(word, kernel))
        take_kernel(entry, rest);
    else if (is_one_of(word, initrd))
        add_initrds(entry.initrds, rest);
    else if (word == "search")
        take_search(entry, rest);
    else if (word == "set" && rest.starts_with("root=") && entry.filesystem.empty())
        entry.filesystem = "(" + bounded(rest); // a search follows, mostly
    else if (is_one_of(word, module) || is_one_of(word, other) || word.starts_with("search."))
        entry.unclear = true;
    if (is_one_of(word, module) && entry.options.empty())
        entry.options = bounded(rest);
}

/// The @index-th child of @above, or the one called @name.
const MenuEntry *child(const std::vector<MenuEntry> &menu, int above, std::string_view name) {
    auto number = parse_number<unsigned>(name, 0, 9999);
    for (const auto &entry : menu) {
        if (entry.above != above)
            continue;
        if (number ? (*number)-- == 0 : (!name.empty() && (entry.id == name || entry.title == name)))
            return &entry;
    }
    return nullptr;
}

} // namespace

std::vector<MenuEntry> grub_menu(std::string_view file) {
    std::vector<MenuEntry> menu;
    std::vector<int> open;
    for (const auto &line : lines_of(file)) {
        const auto verb = verb_of(line.content);
        const bool is_submenu = verb.word == "submenu";
        if (is_submenu || verb.word == "menuentry") {
            if (menu.size() >= most_entries || open.size() >= most_depth)
                break;
            menu.push_back({id_of(verb.rest), word_at(verb.rest), open.empty() ? -1 : open.back(), is_submenu, {}});
            open.push_back(static_cast<int>(menu.size()) - 1);
        } else if (verb.word == "}" && !open.empty())
            open.pop_back();
        else if (!open.empty())
            take_command(menu[static_cast<std::size_t>(open.back())], verb.word, verb.rest);
    }
    return menu;
}

std::string grub_default(std::string_view file) {
    std::string value = "0";
    for (const auto &line : lines_of(file)) {
        const auto plain = trim(line.content);
        constexpr std::string_view start = "set default=";
        if (plain.starts_with(start) && plain.find("next_entry") == std::string_view::npos)
            value = word_at(plain.substr(start.size()));
    }
    return value;
}

bool uses_blscfg(std::string_view file) {
    return std::ranges::any_of(lines_of(file), [](const Line &line) { return verb_of(line.content).word == "blscfg"; });
}

const MenuEntry *grub_entry(const std::vector<MenuEntry> &menu, std::string_view wanted) {
    const MenuEntry *found = nullptr;
    int above = -1;
    const auto parts = split(wanted, '>');
    for (std::size_t i = 0; i < std::min(parts.size(), most_depth); ++i) {
        const auto *next = child(menu, above, parts[i]);
        if (!next)
            break;
        found = next;
        above = static_cast<int>(next - menu.data());
    }
    if (!found)
        found = child(menu, -1, "0");
    // Of a submenu the first entry.
    while (found && found->is_submenu)
        found = child(menu, static_cast<int>(found - menu.data()), "0");
    return found;
}

LoaderEntry parse_loader_entry(std::string_view id, std::string_view file) {
    constexpr std::array<std::string_view, 6> more{"efi",  "uki", "uki-url", "devicetree", "devicetree-overlay",
                                                   "extra"};
    LoaderEntry entry;
    entry.id = id;
    for (const auto &line : lines_of(file)) {
        const auto verb = verb_of(line.content);
        if (verb.word == "options") // may come several times
            entry.options = bounded(entry.options + (entry.options.empty() ? "" : " ") + std::string{verb.rest});
        if (verb.word == "initrd") // likewise
            add_initrds(entry.initrds, verb.rest);
        entry.unclear = entry.unclear || is_one_of(verb.word, more);
        for (const auto &[name, value] : {std::pair{"title", &entry.title},
                                          {"version", &entry.version},
                                          {"sort-key", &entry.sort_key},
                                          {"linux", &entry.kernel},
                                          {"machine-id", &entry.machine}})
            if (verb.word == name)
                *value = verb.rest;
    }
    return entry;
}

std::string loader_default(std::string_view file) {
    std::string pattern;
    for (const auto &line : lines_of(file))
        if (const auto verb = verb_of(line.content); verb.word == "default")
            pattern = verb.rest;
    return pattern;
}

std::string root_argument(std::string_view options) {
    for (const auto &argument : kernel_arguments(options))
        if (argument.name == "root")
            return argument.value.value;
    return {};
}

} // namespace h2k::text
