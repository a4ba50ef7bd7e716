// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-job.h"
#include "convert/api/h2k-request-private.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/job.h"
#include "convert/pipeline/report/documents.h"
#include <atomic>

namespace {

struct State {
    std::unique_ptr<h2k::Job> job;
    H2kAction action{};
    std::atomic<bool> started = false;
    std::atomic<bool> ended = false;
};

enum { SIGNAL_PROGRESS, SIGNAL_WARNING, N_SIGNALS };
guint signals[N_SIGNALS];

} // namespace

/**
 * H2kJob:
 *
 * One run of a request.  It runs once; afterwards its report and its document can be read.
 */
struct _H2kJob {
    GObject parent_instance;
    State state; // C++: built in init, destroyed in finalize
};

G_DEFINE_FINAL_TYPE(H2kJob, h2k_job, G_TYPE_OBJECT)

static void h2k_job_init(H2kJob *self) { std::construct_at(&self->state); }

static void h2k_job_finalize(GObject *object) {
    std::destroy_at(&H2K_JOB(object)->state);
    G_OBJECT_CLASS(h2k_job_parent_class)->finalize(object);
}

static void h2k_job_class_init(H2kJobClass *klass) {
    G_OBJECT_CLASS(klass)->finalize = h2k_job_finalize;
    /**
     * H2kJob::progress:
     * @self: a job
     * @stage: short name of the stage that runs
     * @fraction: how far it is, 0…1; negative where that cannot be known
     * @message: a translated sentence, or ""
     */
    signals[SIGNAL_PROGRESS] = g_signal_new("progress", H2K_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr,
                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_STRING);
    /**
     * H2kJob::warning:
     * @self: a job
     * @stage: short name of the stage that runs
     * @message: a translated sentence
     */
    signals[SIGNAL_WARNING] = g_signal_new("warning", H2K_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr,
                                           G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

namespace {

/// One signal on its way from the job's thread to the caller's main context.
struct Telling {
    h2k::Ref<H2kJob> job;
    guint signal;
    std::string stage, message;
    double fraction;
};

gboolean tell(gpointer data) {
    const auto *t = static_cast<Telling *>(data);
    if (t->signal == SIGNAL_PROGRESS)
        g_signal_emit(t->job.get(), signals[SIGNAL_PROGRESS], 0, t->stage.c_str(), t->fraction, t->message.c_str());
    else
        g_signal_emit(t->job.get(), signals[SIGNAL_WARNING], 0, t->stage.c_str(), t->message.c_str());
    return G_SOURCE_REMOVE;
}

void forget(gpointer data) { std::default_delete<Telling>{}(static_cast<Telling *>(data)); }

/// Turns progress into signals in @context: at once where that is the running thread's, else queued.
class SignalProgress final : public h2k::Progress {
  public:
    SignalProgress(H2kJob *job, GMainContext *context) : job_(h2k::Ref<H2kJob>::retain(job)), context_(context) {}
    void step(const std::string &stage, double fraction, const std::string &message) override {
        send({job_, SIGNAL_PROGRESS, stage, message, fraction});
    }
    void warn(const std::string &stage, const std::string &message) override {
        send({job_, SIGNAL_WARNING, stage, message, 0});
    }

  private:
    void send(Telling telling) {
        auto owned = std::make_unique<Telling>(std::move(telling));
        if (!context_) {
            tell(owned.get());
            return;
        }
        g_main_context_invoke_full(context_, G_PRIORITY_DEFAULT, tell, owned.release(), forget);
    }
    h2k::Ref<H2kJob> job_;
    GMainContext *context_;
};

gboolean run(H2kJob *self, GMainContext *context, GCancellable *cancellable, GError **error) {
    if (self->state.started.exchange(true)) {
        h2k::fail(H2K_ERROR_USAGE, "%s", _("A job runs only once.")).error().propagate(error);
        return FALSE;
    }
    SignalProgress progress{self, context};
    auto outcome = self->state.job->run(progress, cancellable);
    self->state.ended = true;
    if (outcome)
        return TRUE;
    std::move(outcome).error().propagate(error);
    return FALSE;
}

void run_thread(GTask *task, gpointer source, gpointer context, GCancellable *cancellable) {
    GError *error = nullptr;
    if (run(H2K_JOB(source), static_cast<GMainContext *>(context), cancellable, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

} // namespace

/**
 * h2k_job_new:
 * @request: what is wanted; later changes of it are not seen
 * @action: what to do
 *
 * Returns: (transfer full): a job that has not run yet
 */
H2kJob *h2k_job_new(H2kRequest *request, H2kAction action) {
    g_return_val_if_fail(H2K_IS_REQUEST(request), nullptr);
    auto *self = H2K_JOB(g_object_new(H2K_TYPE_JOB, nullptr));
    self->state.action = action;
    self->state.job = std::make_unique<h2k::Job>(h2k_request_peek(request), h2k_action_of(action), h2k::real_toolbox());
    return self;
}

/**
 * h2k_job_run:
 * @self: a job
 * @cancellable: (nullable): cancelling it ends the job at once and leaves nothing half-made
 * @error: return location for an error of %H2K_ERROR
 *
 * Runs the job on this thread.  Signals are emitted on it too.
 *
 * Returns: whether all was done and, where asked for, the boot was proven
 */
gboolean h2k_job_run(H2kJob *self, GCancellable *cancellable, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), FALSE);
    return run(self, nullptr, cancellable, error);
}

/**
 * h2k_job_run_async:
 * @self: a job
 * @cancellable: (nullable): as in h2k_job_run()
 * @callback: (scope async): called once the job has ended
 * @user_data: (closure): data for @callback
 *
 * Runs the job on a thread of its own.  Signals are emitted in the thread-default main context of the caller.
 */
void h2k_job_run_async(H2kJob *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data) {
    g_return_if_fail(H2K_IS_JOB(self));
    const auto task = h2k::Ref<GTask>::adopt(g_task_new(self, cancellable, callback, user_data));
    g_task_set_source_tag(task.get(), reinterpret_cast<gpointer>(h2k_job_run_async));
    // The outcome counts, not the moment of cancelling: a job that was done before it saw the wish is done.
    g_task_set_check_cancellable(task.get(), FALSE);
    g_task_set_task_data(task.get(), g_main_context_ref_thread_default(),
                         [](gpointer context) { g_main_context_unref(static_cast<GMainContext *>(context)); });
    g_task_run_in_thread(task.get(), run_thread);
}

/**
 * h2k_job_run_finish:
 * @self: a job
 * @result: what the callback got
 * @error: return location for an error of %H2K_ERROR
 *
 * Returns: as h2k_job_run()
 */
gboolean h2k_job_run_finish(H2kJob *self, GAsyncResult *result, GError **error) {
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

/**
 * h2k_job_dup_report_json:
 * @self: a job that has ended
 *
 * Returns: (transfer full) (nullable): the report, as in report.json; %NULL before the end
 */
char *h2k_job_dup_report_json(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return self->state.ended ? g_strdup(h2k::report_json(self->state.job->report()).c_str()) : nullptr;
}

/**
 * h2k_job_dup_report_text:
 * @self: a job that has ended
 *
 * Returns: (transfer full) (nullable): the report for a person; it can hold whatever the guest says; %NULL before the
 * end
 */
char *h2k_job_dup_report_text(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return self->state.ended ? g_strdup(h2k::report_text(self->state.job->report()).c_str()) : nullptr;
}

static char *document(H2kJob *self, bool for_people, GError **error) {
    const auto &report = self->state.job->report();
    h2k::Result<std::string> text = h2k::fail(H2K_ERROR_FAILED, "%s", _("The job did not come so far."));
    if (self->state.ended && report.carry && self->state.action == H2K_ACTION_INSPECT) {
        const auto *guest = report.plan ? &report.plan->guest : nullptr;
        text = for_people ? h2k::inspection_text(*report.carry, guest) : h2k::inspection_json(*report.carry, guest);
    } else if (self->state.ended && report.carry && report.plan) {
        text = for_people ? h2k::plan_text(*report.carry, *report.plan, nullptr)
                          : h2k::plan_json(*report.carry, *report.plan, nullptr);
    }
    if (text)
        return g_strdup(text->c_str());
    std::move(text).error().propagate(error);
    return nullptr;
}

/**
 * h2k_job_dup_document_json:
 * @self: a job that has ended
 * @error: return location for %H2K_ERROR_FAILED
 *
 * The inspection of an inspect job, the plan of any other, as a versioned JSON document.
 *
 * Returns: (transfer full): the document
 */
char *h2k_job_dup_document_json(H2kJob *self, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return document(self, false, error);
}

/**
 * h2k_job_dup_document_text:
 * @self: a job that has ended
 * @error: return location for %H2K_ERROR_FAILED
 *
 * The same for a person.  It can hold whatever the guest says: make it harmless before a terminal sees it.
 *
 * Returns: (transfer full): the document
 */
char *h2k_job_dup_document_text(H2kJob *self, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return document(self, true, error);
}
