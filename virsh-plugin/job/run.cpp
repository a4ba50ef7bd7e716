// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/job/job.h"
#include "virsh-plugin/job/progress.h"
#include <glib-unix.h>
#include <vector>

namespace cli {

namespace {

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

int run_and_show(const Call &call, Show show) {
    const auto output = output_options_of(call);
    // What a dry run of an import has to show is its plan.
    if (h2k_request_is_dry_run(call.request))
        show = show_document;
    g_autoptr(H2kJob) job = h2k_job_new(call.request, *call.command.action);
    g_autoptr(GError) error = nullptr;
    {
        const bool shows_warnings = show == show_document && !output.json;
        ProgressView view{job, output, output.json && show == show_report,
                          shows_warnings ? Warnings::with_document : Warnings::at_once};
        error = run(job);
        if (error)
            view.print_waiting();
    }
    return show(job, error, output);
}

} // namespace cli
