// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "virsh-plugin/print.h"
#include "virsh-plugin/progress.h"
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <memory>
#include <vector>

namespace cli {

namespace {

/// The command line while it is parsed.
struct Line {
    H2kRequest *request;
    std::vector<GOptionEntry> entries;
};

gboolean set_option(const char *name, const char *value, gpointer data, GError **error) {
    auto *line = static_cast<Line *>(data);
    if (g_str_has_prefix(name, "--"))
        return h2k_request_set(line->request, name + 2, value, error);
    for (const auto &entry : line->entries) // a short name
        if (entry.short_name && entry.short_name == name[1])
            return h2k_request_set(line->request, entry.long_name, value, error);
    return FALSE;
}

struct Adding {
    Line &line;
    H2kAction action;
};

void add_entry(const H2kOption *option, gpointer data) {
    const auto *adding = static_cast<Adding *>(data);
    if (!h2k_option_is_for(option, adding->action))
        return;
    GOptionEntry entry{};
    entry.long_name = h2k_option_get_name(option);
    entry.short_name = h2k_option_get_letter(option);
    entry.flags = h2k_option_get_kind(option) == H2K_OPTION_KIND_FLAG ? G_OPTION_FLAG_NO_ARG : G_OPTION_FLAG_NONE;
    entry.arg = G_OPTION_ARG_CALLBACK;
    entry.arg_data = reinterpret_cast<gpointer>(set_option);
    entry.description = h2k_option_get_help(option);
    entry.arg_description = h2k_option_get_value_name(option);
    adding->line.entries.push_back(entry);
}

GOptionContext *context_for(const Command &command, Line &line, Look &look) {
    Adding adding{line, command.action};
    h2k_option_foreach(add_entry, &adding);
    line.entries.push_back({});
    const GOptionEntry own[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &look.json, N_("print JSON for programs"), nullptr},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &look.quiet, N_("print errors alone"), nullptr},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &look.verbose, N_("print each step"), nullptr},
        {},
    };
    auto *context = g_option_context_new(_(command.arguments));
    g_option_context_set_summary(context, _(command.info));
    g_option_context_set_description(context, command.example);
    auto *group = g_option_group_new("request", nullptr, nullptr, &line, nullptr);
    g_option_group_add_entries(group, line.entries.data());
    g_option_group_add_entries(group, own);
    g_option_group_set_translation_domain(group, GETTEXT_PACKAGE);
    g_option_context_set_main_group(context, group);
    return context;
}

/// Puts the library's own answer, with the nearest option, in the place of GLib's.
void answer_unknown(const Command &command, char **argv, GError **error) {
    if (!g_error_matches(*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        return;
    for (char **word = argv + 1; *word && !g_str_equal(*word, "--"); ++word) {
        if (!g_str_has_prefix(*word, "--") || !g_strrstr((*error)->message, *word))
            continue;
        g_auto(GStrv) parts = g_strsplit(*word + 2, "=", 2);
        g_clear_error(error);
        if (h2k_option_find(parts[0])) {
            g_set_error(error, H2K_ERROR, H2K_ERROR_USAGE, _("“%s” takes no option “%s”."), command.name, parts[0]);
            return;
        }
        g_autoptr(H2kRequest) any = h2k_request_new();
        h2k_request_set(any, parts[0], "", error);
        return;
    }
}

/// Fills @request from the words of a command line.
bool parse(const Command &command, int argc, char **argv, H2kRequest *request, Look &look, GError **error) {
    Line line{request, {}};
    g_autoptr(GOptionContext) context = context_for(command, line, look);
    g_auto(GStrv) words = g_strdupv(argv); // GLib takes what it knows out of argv
    if (!g_option_context_parse(context, &argc, &argv, error)) {
        answer_unknown(command, words, error);
        return false;
    }
    for (int i = 1; i < argc; ++i)
        if (g_strcmp0(argv[i], "--") != 0 && !h2k_request_add_source(request, argv[i], error))
            return false;
    return h2k_request_check(request, command.action, error);
}

/// A job that runs, the loop that waits for it, and what it ended with.
struct Running {
    GMainLoop *loop;
    GCancellable *cancel;
    GError *error = nullptr;
};

gboolean on_signal(gpointer data) {
    g_cancellable_cancel(static_cast<Running *>(data)->cancel);
    return G_SOURCE_CONTINUE;
}

void on_end(GObject *job, GAsyncResult *result, gpointer data) {
    auto *running = static_cast<Running *>(data);
    h2k_job_run_finish(H2K_JOB(job), result, &running->error);
    g_main_loop_quit(running->loop);
}

/// Runs @job in the background; SIGINT, SIGTERM and SIGHUP cancel it.
GError *run(H2kJob *job) {
    g_autoptr(GMainLoop) loop = g_main_loop_new(nullptr, FALSE);
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    Running running{loop, cancel};
    std::vector<guint> watches;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        watches.push_back(g_unix_signal_add(signal, on_signal, &running));
    h2k_job_run_async(job, cancel, on_end, &running);
    g_main_loop_run(loop);
    for (const guint watch : watches)
        g_source_remove(watch);
    return running.error;
}

} // namespace

int run_command(const Command &command, int argc, char **argv) {
    g_autoptr(H2kRequest) request = h2k_request_new();
    g_autoptr(GError) error = nullptr;
    Look look;
    if (!parse(command, argc, argv, request, look, &error)) {
        print_error(error);
        return usage;
    }
    // What a dry run of an import has to show is its plan.
    const auto show = h2k_request_is_dry_run(request) ? show_document : command.show;
    g_autoptr(H2kJob) job = h2k_job_new(request, command.action);
    {
        const bool tells_warnings = show == show_document && !look.json;
        ProgressView view{job, look, look.json && show == show_report,
                          tells_warnings ? Warnings::with_document : Warnings::at_once};
        error = run(job);
        if (error)
            view.print_waiting();
    }
    return show(job, error, look);
}

} // namespace cli
