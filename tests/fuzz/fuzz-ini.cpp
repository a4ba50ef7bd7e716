// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules of udev, and files with sections or assignments.
#include "fixers/text/assignments.h"
#include "fixers/text/ini.h"
#include "fixers/text/udev_rules.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

static void check_ini(std::string_view file) {
    const auto all = text::parse_ini(file);
    fuzz::SameBytes values{file}, lines{file};
    for (const auto &entry : all) {
        values.add_plain(entry.value);
        lines.add(entry.line);
        require(entry.section.size() <= 255 && entry.key.size() <= 255);
        require(text::entry_of(all, entry.section, entry.key) != nullptr);
    }
    values.check();
    lines.check();
}

static void check_rules(std::string_view file) {
    fuzz::SameBytes values{file}, lines{file};
    for (const auto &rule : text::parse_udev_rules(file)) {
        lines.add(rule.line);
        require(!rule.terms.empty());
        for (const auto &term : rule.terms) {
            values.add_plain(term.value);
            require(rule.term(term.key, term.op) != nullptr);
        }
    }
    values.check();
    lines.check();
}

static void check_assignments(std::string_view file) {
    fuzz::SameBytes values{file}, lines{file};
    const auto all = text::parse_assignments(file);
    for (const auto &assignment : all) {
        values.add_plain(assignment.value);
        lines.add(assignment.line);
        require(text::last(all, assignment.key) != nullptr);
    }
    values.check();
    lines.check();
}

/// GRUB reads a block of one size only.
static void check_grubenv(std::string_view file) {
    text::Edits same, longer;
    for (const auto &assignment : text::parse_grubenv(file)) {
        same.replace(assignment.value, assignment.value.value);
        longer.replace(assignment.value, assignment.value.value + " root=UUID=0123");
    }
    require(text::edited_grubenv(file, same) == file);
    const auto edited = text::edited_grubenv(file, longer);
    require(edited.empty() || edited.size() == file.size());
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto file = fuzz::text_of(data, size);
    check_ini(file);
    check_rules(file);
    check_assignments(file);
    check_grubenv(file);
    return 0;
}
