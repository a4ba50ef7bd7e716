// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/help.h"
#include "virsh-plugin/help_text.h"
#include "virsh-plugin/options.h"
#include <algorithm>
#include <glib/gi18n.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr std::size_t narrowest = 40, widest = 80, usage_indent = 4;

constexpr Option program_options[] = {
    {.name = "help", .letter = 'h', .help = N_("Show this help"), .heading = N_("Options")},
    {.name = "version", .letter = 'V', .help = N_("Show the version"), .heading = N_("Options")},
};

std::string label_of(const Option &option) {
    std::string label = option.letter ? std::string{"  -"} + option.letter + ", " : "      ";
    label += spelling_of(option);
    return option.value_name ? label + "=" + option.value_name : label;
}

/// "keep (default), new".
std::string choices_text(const Option &option, const char *fallback) {
    std::string text;
    for (const auto *choice = option.choices; *choice; ++choice) {
        g_autofree char *marked = g_strdup_printf(_("%s (default)"), *choice);
        text += text.empty() ? "" : ", ";
        text += g_strcmp0(*choice, fallback) == 0 ? marked : *choice;
    }
    return text;
}

std::string text_of(const Option &option) {
    g_autofree char *fallback = option.of_request ? h2k_option_dup_default(option.of_request) : nullptr;
    g_autofree char *text = nullptr;
    if (option.kind == H2K_OPTION_KIND_CHOICE)
        text = g_strdup_printf(_("%s: %s"), option.help, choices_text(option, fallback).c_str());
    else if (fallback)
        text = g_strdup_printf(_("%s (default: %s)"), option.help, fallback);
    else if (option.repeats)
        text = g_strdup_printf(_("%s; can be repeated"), option.help);
    return text ? text : option.help;
}

std::string usage_line(const std::string &rest, std::size_t width) {
    return wrapped(std::string{_("Usage:")} + " virt-hyper2kvm ", rest, usage_indent, width);
}

std::string with_blank(const std::string &name) { return name.empty() ? name : name + " "; }

} // namespace

std::size_t help_width() {
    guint64 columns = 0;
    winsize size{};
    const char *said = g_getenv("COLUMNS");
    if (!said || !g_ascii_string_to_unsigned(said, 10, 1, G_MAXUINT16, &columns, nullptr))
        columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : widest;
    return std::clamp<std::size_t>(columns, narrowest, widest);
}

std::string command_help(const Command &command, const std::string &name, std::size_t width) {
    std::vector<HelpRow> rows;
    for (const auto &option : options_of(command))
        rows.push_back({option.heading, label_of(option), text_of(option)});
    const std::string arguments = *command.arguments ? _(command.arguments) : "";
    auto text = usage_line(with_blank(name) + with_blank(arguments) + _("[OPTION…]"), width) + "\n" +
                wrapped("", _(command.info), 0, width) + table_of(rows, width);
    if (command.example)
        text += std::string{"\n"} + _("Example:") + "\n" +
                wrapped(std::string(2, ' '), command.example, usage_indent, width);
    return text;
}

std::string commands_help(std::span<const Command> commands, const std::string &name, std::size_t width) {
    std::vector<HelpRow> rows;
    for (const auto &command : commands)
        rows.push_back({_(command.group), std::string{"  "} + command.name, _(command.info)});
    for (const auto &option : program_options)
        if (name.empty() || g_str_equal(option.name, "help"))
            rows.push_back({_(option.heading), label_of(option), _(option.help)});
    g_autofree char *more = g_strdup_printf(
        _("“virt-hyper2kvm %s --help” lists the options of a command; virt-hyper2kvm(1) describes all of them."),
        (with_blank(name) + _("COMMAND")).c_str());
    return usage_line(with_blank(name) + _("COMMAND [OPTION…]"), width) + table_of(rows, width) + "\n" +
           wrapped("", more, 0, width);
}

} // namespace cli
