// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/parse.h"
#include "virsh-plugin/options.h"
#include <algorithm>
#include <glib/gi18n.h>

namespace cli {

namespace {

struct Parser {
    Call &call;
    std::vector<Option> options;
};

/// Is @value one of the option's choices?  The library checks those of a request.
bool check_choice(const Option &option, const char *value, GError **error) {
    if (!option.choices || g_strv_contains(option.choices, value))
        return true;
    g_autofree char *all = g_strjoinv(", ", const_cast<char **>(option.choices));
    if (const char *near = h2k_nearest_name(value, option.choices))
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("--%s takes one of %s, not “%s”. Did you mean “%s”?"),
                    option.name, all, value, near);
    else
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("--%s takes one of %s, not “%s”."), option.name, all, value);
    return false;
}

/// Names of files are bytes.  Other values are UTF-8, whatever the locale; what is not, the locale's encoding explains.
std::string text_of(const Option &option, const char *value) {
    const bool is_name = option.kind == H2K_OPTION_KIND_FILE || option.kind == H2K_OPTION_KIND_FOLDER;
    if (is_name || g_utf8_validate(value, -1, nullptr))
        return value;
    g_autofree char *text = g_locale_to_utf8(value, -1, nullptr, nullptr, nullptr);
    return text ? text : value; // refused by the check of the value
}

/// @name is "--connect", "-c", or "" for an argument that is no option.
gboolean take(const char *name, const char *value, gpointer data, GError **error) {
    auto &[call, options] = *static_cast<Parser *>(data);
    if (!*name) {
        call.words.emplace_back(value);
        return TRUE;
    }
    const auto is_named = [&](const Option &option) {
        return spelling_of(option) == name || (option.letter && option.letter == name[1]);
    };
    const auto option = std::ranges::find_if(options, is_named);
    const auto text = value ? text_of(*option, value) : std::string{};
    value = value ? text.c_str() : nullptr;
    if (option->of_request)
        return h2k_request_set(call.request, option->name, value, error);
    if (!check_choice(*option, value, error))
        return FALSE;
    auto &values = call.values[option->name];
    if (!option->repeats)
        values.clear();
    values.emplace_back(value ? value : "");
    return TRUE;
}

GOptionEntry entry_of(const Option &option) {
    GOptionEntry entry{};
    entry.long_name = option.name;
    entry.short_name = option.letter;
    // GLib would convert any other value from the locale's encoding, and refuse "ä" where that is ASCII.
    entry.flags = option.value_name ? G_OPTION_FLAG_FILENAME : G_OPTION_FLAG_NO_ARG;
    entry.arg = G_OPTION_ARG_CALLBACK;
    entry.arg_data = reinterpret_cast<gpointer>(take);
    return entry;
}

bool has_option(std::span<const Command> commands, const std::string &spelling) {
    return std::ranges::any_of(commands, [&](const Command &command) {
        const auto options = options_of(command);
        return std::ranges::find(options, spelling, spelling_of) != options.end() ||
               has_option(command.below, spelling);
    });
}

void set_unknown(const Parser &parser, std::span<const Command> all, const char *word, GError **error) {
    const std::string spelling{word, strcspn(word, "=")};
    std::vector<const char *> names;
    for (const auto &option : parser.options)
        names.push_back(option.name);
    names.push_back(nullptr);
    const bool is_long = spelling.starts_with("--");
    const char *near = is_long ? h2k_nearest_name(spelling.c_str() + 2, names.data()) : nullptr;
    if (is_long && has_option(all, spelling))
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("“%s” takes no option “%s”."), parser.call.name.c_str(),
                    spelling.c_str());
    else if (near)
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("There is no option “%s”; did you mean “--%s”?"),
                    spelling.c_str(), near);
    else
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("There is no option “%s”."), spelling.c_str());
}

/// Splits the words into options and arguments.
bool read_words(Parser &parser, std::span<const Command> all, int argc, char **argv, GError **error) {
    std::vector<GOptionEntry> entries;
    for (const auto &option : parser.options)
        entries.push_back(entry_of(option));
    // File names are not text: they stay as they are.
    entries.push_back({G_OPTION_REMAINING, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK,
                       reinterpret_cast<gpointer>(take), nullptr, nullptr});
    entries.push_back({});
    g_autoptr(GOptionContext) context = g_option_context_new(nullptr);
    auto *group = g_option_group_new("main", nullptr, nullptr, &parser, nullptr);
    g_option_group_add_entries(group, entries.data());
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_ignore_unknown_options(context, TRUE);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return false;
    for (int i = 1; i < argc; ++i) // what GLib leaves is unknown
        if (argv[i][0] == '-' && !g_str_equal(argv[i], "--")) {
            set_unknown(parser, all, argv[i], error);
            return false;
        }
    return true;
}

} // namespace

bool parse(Call &call, std::span<const Command> all, int argc, char **argv, GError **error) {
    Parser parser{call, options_of(call.command)};
    if (!read_words(parser, all, argc, argv, error))
        return false;
    if (call.has("help"))
        return true;
    if (!*call.command.arguments && !call.words.empty()) {
        g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("“%s” takes no arguments, but has “%s”."), call.name.c_str(),
                    call.words.front().c_str());
        return false;
    }
    if (!call.command.action)
        return true;
    for (const auto &word : call.words)
        if (!h2k_request_add_source(call.request, word.c_str(), error))
            return false;
    return h2k_request_check(call.request, *call.command.action, error);
}

} // namespace cli
