// SPDX-License-Identifier: LGPL-2.1-or-later
// The program's help: it fits a terminal, and each option stands under a heading.
#include "convert/base/text.h"
#include "tests/support/test.h"
#include "virsh-plugin/help.h"
#include "virsh-plugin/help_text.h"
#include "virsh-plugin/options.h"
#include <functional>
#include <set>

using namespace cli;
using h2k::lines;
using h2k::test::assert_equal;

namespace {

/// A help text: that of a command, or the list of those below a name.
struct Help {
    std::span<const Command> here; ///< where the command stands, or what is listed
    std::string above, name;
    const Command *command = nullptr;

    [[nodiscard]] std::string text(std::size_t width) const {
        return command ? command_help(*command, name, width) : commands_help(here, name, width);
    }
};

void each_help(std::span<const Command> here, const std::string &name, const std::function<void(const Help &)> &check) {
    check({here, "", name, nullptr});
    for (const auto &command : here) {
        const auto longer = name.empty() ? command.name : name + " " + command.name;
        if (command.below.empty())
            check({here, name, longer, &command});
        else
            each_help(command.below, longer, check);
    }
}

void lines_fit() {
    for (std::size_t width = 40; width <= 80; ++width)
        each_help(commands(), "", [&](const Help &help) {
            for (const auto &line : lines(help.text(width))) {
                if (columns_of(line) > width)
                    g_test_message("%s, %zu: %s", help.name.c_str(), width, line.c_str());
                g_assert_cmpuint(columns_of(line), <=, width);
                g_assert_false(line.ends_with(' '));
            }
        });
}

/// The heading above the line of an option or a command.
std::string heading_above(const std::vector<std::string> &help, const std::string &label) {
    std::string heading;
    for (const auto &line : help) {
        if (line.empty())
            heading.clear();
        else if (!line.starts_with(' ') && line.ends_with(':'))
            heading = line;
        const auto at = line.find(label);
        const auto end = at == std::string::npos ? at : at + label.size();
        // The label is all of a word, and begins in the first columns.
        if ((at == 2 || at == 6) && (end == line.size() || line[end] == ' ' || line[end] == '='))
            return heading;
    }
    return "missing";
}

void options_stand_under_headings() {
    each_help(commands(), "", [](const Help &help) {
        if (!help.command)
            return;
        for (const auto &option : options_of(*help.command))
            assert_equal(heading_above(lines(help.text(80)), spelling_of(option)), std::string{option.heading} + ":");
    });
}

void commands_stand_under_headings() {
    each_help(commands(), "", [](const Help &help) {
        if (!help.command)
            return;
        const std::string info = help.command->info;
        g_assert_true(g_ascii_isupper(info.front()) && info.back() != '.');
        g_assert_true(help.command->run != nullptr);
        assert_equal(heading_above(lines(commands_help(help.here, help.above, 80)), help.command->name),
                     std::string{help.command->group} + ":");
    });
}

void options_of_a_command_differ() {
    each_help(commands(), "", [](const Help &help) {
        std::set<std::string> seen;
        for (const auto &option : help.command ? options_of(*help.command) : std::vector<Option>{}) {
            g_assert_true(seen.insert(spelling_of(option)).second);
            g_assert_true(!option.letter || seen.insert({'-', option.letter}).second);
        }
    });
}

void choices_and_defaults_are_shown() {
    const auto text = command_help(commands().front(), "import", 80);
    for (const char *part : {"probe (default),", "(default:", "-c, --connect=URI ", "can be repeated", "Boot test:\n"})
        g_assert_true(text.find(part) != std::string::npos);
    g_assert_true(text.starts_with("Usage: virt-hyper2kvm import SOURCE… [OPTION…]\n"));
}

void words_are_wrapped() {
    assert_equal(wrapped("  -a  ", "one two three", 6, 13), "  -a  one two\n      three\n");
    assert_equal(wrapped("", "one averyveryverylongword two", 2, 8), "one\n  averyveryverylongword\n  two\n");
    assert_equal(wrapped("", "日本 日本", 0, 8), "日本\n日本\n");
    assert_equal(wrapped("", "日本 日本", 0, 9), "日本 日本\n");
    g_assert_cmpuint(columns_of("SOURCE…"), ==, 7);
}

void width_comes_from_the_environment() {
    const auto with = [](const char *columns) {
        g_setenv("COLUMNS", columns, TRUE);
        return help_width();
    };
    g_assert_cmpuint(with("60"), ==, 60);
    g_assert_cmpuint(with("10"), ==, 40);
    g_assert_cmpuint(with("200"), ==, 80);
    g_unsetenv("COLUMNS");
    g_assert_cmpuint(help_width(), <=, 80);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/help/fits", lines_fit);
    g_test_add_func("/help/headings", options_stand_under_headings);
    g_test_add_func("/help/commands", commands_stand_under_headings);
    g_test_add_func("/help/options", options_of_a_command_differ);
    g_test_add_func("/help/choices", choices_and_defaults_are_shown);
    g_test_add_func("/help/wrapped", words_are_wrapped);
    g_test_add_func("/help/width", width_comes_from_the_environment);
    return g_test_run();
}
