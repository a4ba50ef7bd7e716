// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-job-private.h"
#include "convert/api/h2k-request-private.h"
#include "convert/base/i18n.h"

namespace {

using Act = std::function<void()>;

gboolean call(gpointer act) {
    (*static_cast<Act *>(act))();
    return G_SOURCE_REMOVE;
}

void destroy(gpointer act) { std::default_delete<Act>{}(static_cast<Act *>(act)); }

/// Queues @act in @context. g_main_context_invoke() would call it on the job's thread while nobody runs the context.
void queue(GMainContext *context, Act act) {
    g_autoptr(GSource) source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, call, std::make_unique<Act>(std::move(act)).release(), destroy);
    g_source_attach(source, context);
}

/// Emits the signals of a job: in a main context, or directly without one.
class SignalProgress final : public h2k::Progress {
  public:
    SignalProgress(H2kJob *job, GMainContext *context) : job_(h2k::Ref<H2kJob>::retain(job)), context_(context) {}
    void step(const std::string &stage, double fraction, const std::string &message) override {
        emit([job = job_, stage, fraction, message] { h2k_job_emit_progress(job.get(), stage, fraction, message); });
    }
    void notice(const std::string &stage, const h2k::Notice &notice) override {
        emit([job = job_, stage, notice] { h2k_job_emit_warning(job.get(), stage, notice); });
    }
    void notify_state() {
        emit([job = job_] { h2k_job_notify_state(job.get()); });
    }

  private:
    void emit(Act act) const {
        if (context_)
            queue(context_, std::move(act));
        else
            act();
    }
    h2k::Ref<H2kJob> job_;
    GMainContext *context_;
};

/// Makes a new job a running one. A job that cannot be started stays as it is.
h2k::Result<> start(H2kJob *self) {
    auto &data = self->data;
    const auto action = h2k_action_of(data.action);
    if (!data.request || !action)
        return h2k::fail(H2K_ERROR_USAGE, "%s", _("The job has no request."));
    H2K_CHECK(h2k::check_request(data.copy, *action));
    auto state = H2K_JOB_STATE_NEW;
    if (!data.state.compare_exchange_strong(state, H2K_JOB_STATE_RUNNING))
        return h2k::fail(H2K_ERROR_USAGE, "%s", _("A job can be run only once."));
    data.job = std::make_unique<h2k::Job>(data.copy, *action, h2k::real_toolbox());
    h2k_job_notify_state(self);
    return {};
}

h2k::Result<> run(H2kJob *self, GMainContext *context, GCancellable *cancellable) {
    SignalProgress progress{self, context};
    auto outcome = self->data.job->run(progress, cancellable);
    self->data.state = outcome                                   ? H2K_JOB_STATE_SUCCEEDED
                       : outcome.error().is(H2K_ERROR_CANCELLED) ? H2K_JOB_STATE_CANCELLED
                                                                 : H2K_JOB_STATE_FAILED;
    progress.notify_state();
    return outcome;
}

void end(GTask *task, h2k::Result<> outcome) {
    GError *error = nullptr;
    if (outcome) {
        g_task_return_boolean(task, TRUE);
    } else {
        std::move(outcome).error().propagate(&error);
        g_task_return_error(task, error);
    }
}

void run_thread(GTask *task, gpointer source, gpointer, GCancellable *cancellable) {
    end(task, run(H2K_JOB(source), g_task_get_context(task), cancellable));
}

} // namespace

/**
 * h2k_job_run:
 * @self: a job
 * @cancellable: (nullable): a cancellable; cancelling it ends the job early and leaves no unfinished result behind
 * @error: return location for an error of %H2K_ERROR
 *
 * Runs the job on the calling thread and blocks until it has ended. The signals are emitted on that thread.
 *
 * A job that cannot be started, because it has no request, because its request is incomplete or because it was run
 * before, fails with %H2K_ERROR_USAGE and stays in the state in which it is.
 *
 * Returns: %TRUE if everything was done and, where a boot test is part of the job, the guest was proven to boot, or
 *   came up when it was started directly, as --boot-test=quick does it
 *
 * Since: 0.1
 */
gboolean h2k_job_run(H2kJob *self, GCancellable *cancellable, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), FALSE);
    g_return_val_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable), FALSE);
    const auto alive = h2k::Ref<H2kJob>::retain(self); // a handler may release the caller's reference
    auto outcome = start(self);
    if (outcome)
        outcome = run(self, nullptr, cancellable);
    if (outcome)
        return TRUE;
    std::move(outcome).error().propagate(error);
    return FALSE;
}

/**
 * h2k_job_run_async:
 * @self: a job
 * @cancellable: (nullable): a cancellable, as for h2k_job_run()
 * @callback: (scope async) (nullable): called when the job has ended
 * @user_data: (closure): data for @callback
 *
 * Runs the job on a thread of its own. The job is kept alive until it has ended.
 *
 * The signals are emitted, and @callback is called, in the thread-default main context of the caller. A job that cannot
 * be started fails as in h2k_job_run(), and that too is reported through @callback.
 *
 * Since: 0.1
 */
void h2k_job_run_async(H2kJob *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data) {
    g_return_if_fail(H2K_IS_JOB(self));
    g_return_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable));
    const auto task = h2k::Ref<GTask>::adopt(g_task_new(self, cancellable, callback, user_data));
    g_task_set_source_tag(task.get(), reinterpret_cast<gpointer>(h2k_job_run_async));
    // The outcome counts: a job that was done before it noticed that it was cancelled is done.
    g_task_set_check_cancellable(task.get(), FALSE);
    if (auto outcome = start(self); outcome)
        g_task_run_in_thread(task.get(), run_thread);
    else
        end(task.get(), std::move(outcome));
}

/**
 * h2k_job_run_finish:
 * @self: a job
 * @result: the result that was given to the callback
 * @error: return location for an error of %H2K_ERROR
 *
 * Gets the outcome of h2k_job_run_async().
 *
 * Returns: as h2k_job_run()
 *
 * Since: 0.1
 */
gboolean h2k_job_run_finish(H2kJob *self, GAsyncResult *result, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), FALSE);
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    g_return_val_if_fail(g_async_result_is_tagged(result, reinterpret_cast<gpointer>(h2k_job_run_async)), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}
