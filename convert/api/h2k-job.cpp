// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-enums.h"
#include "convert/api/h2k-job-private.h"
#include "convert/api/h2k-request-private.h"

/**
 * H2kJob:
 *
 * One run of a request.
 *
 * A job can be run once, with h2k_job_run() or h2k_job_run_async(). When it has ended, successfully or not, its report
 * can be read, and the documents that it made.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE(H2kJob, h2k_job, G_TYPE_OBJECT)

namespace {

enum { SIGNAL_PROGRESS, SIGNAL_WARNING, N_SIGNALS };
guint signals[N_SIGNALS];

enum { PROP_REQUEST = 1, PROP_ACTION, PROP_STATE, N_PROPERTIES };
GParamSpec *properties[N_PROPERTIES];

void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
    auto *self = H2K_JOB(object);
    switch (id) {
    case PROP_REQUEST: g_value_set_object(value, self->data.request.get()); break;
    case PROP_ACTION: g_value_set_enum(value, self->data.action); break;
    case PROP_STATE: g_value_set_enum(value, self->data.state); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
    auto *self = H2K_JOB(object);
    switch (id) {
    case PROP_REQUEST: {
        auto *request = static_cast<H2kRequest *>(g_value_get_object(value));
        self->data.request = h2k::Ref<H2kRequest>::retain(request);
        self->data.copy = request ? h2k_request_peek(request) : h2k::Request{};
        break;
    }
    case PROP_ACTION: self->data.action = static_cast<H2kAction>(g_value_get_enum(value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

void finalize(GObject *object) {
    std::destroy_at(&H2K_JOB(object)->data);
    G_OBJECT_CLASS(h2k_job_parent_class)->finalize(object);
}

void install_properties(GObjectClass *klass) {
    constexpr auto once = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
    constexpr auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    /**
     * H2kJob:request:
     *
     * What the job is to do. The job copies the values of the request when it is constructed; changing the request
     * later has no effect on the job.
     *
     * A job without a request can be constructed, and fails with %H2K_ERROR_USAGE when it is run.
     *
     * Since: 0.1
     */
    properties[PROP_REQUEST] = g_param_spec_object("request", nullptr, nullptr, H2K_TYPE_REQUEST, once);
    /**
     * H2kJob:action:
     *
     * What the job does with the request.
     *
     * Since: 0.1
     */
    properties[PROP_ACTION] = g_param_spec_enum("action", nullptr, nullptr, H2K_TYPE_ACTION, H2K_ACTION_INSPECT, once);
    /**
     * H2kJob:state:
     *
     * How far the job has come.
     *
     * The property can be read on any thread. #GObject::notify is emitted where the signals of the job are: on the
     * thread that called h2k_job_run(), or in the main context of the caller of h2k_job_run_async(), and there before
     * the callback is called.
     *
     * Since: 0.1
     */
    properties[PROP_STATE] = g_param_spec_enum("state", nullptr, nullptr, H2K_TYPE_JOB_STATE, H2K_JOB_STATE_NEW, read);
    g_object_class_install_properties(klass, N_PROPERTIES, properties);
}

void install_signals() {
    /**
     * H2kJob::progress:
     * @self: a job
     * @stage: the stage that is running: "describe", "fetch", "flatten", "inspect", "plan", "fix", "convert" or
     *   "validate"
     * @fraction: how much of the stage is done, from 0 to 1; negative if it is not known
     * @message: what is being done, as a translated sentence; empty if there is nothing to add
     *
     * Emitted when a stage begins, and repeatedly while it makes progress.
     *
     * Since: 0.1
     */
    signals[SIGNAL_PROGRESS] = g_signal_new("progress", H2K_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr,
                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_DOUBLE, G_TYPE_STRING);
    /**
     * H2kJob::warning:
     * @self: a job
     * @stage: the stage that is running, as in #H2kJob::progress
     * @id: what it is about, for programs: "ovf.no-checksum"; docs/notices.md lists the ids
     * @severity: how serious it is
     * @message: the warning or note, as a translated sentence
     *
     * Emitted when something does not stop the job and should be known to the user. The report holds all warnings and
     * notes too.
     *
     * Since: 0.1
     */
    signals[SIGNAL_WARNING] =
        g_signal_new("warning", H2K_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 4,
                     G_TYPE_STRING, G_TYPE_STRING, H2K_TYPE_SEVERITY, G_TYPE_STRING);
}

} // namespace

static void h2k_job_init(H2kJob *self) { std::construct_at(&self->data); }

static void h2k_job_class_init(H2kJobClass *klass) {
    auto *object_class = G_OBJECT_CLASS(klass);
    object_class->get_property = get_property;
    object_class->set_property = set_property;
    object_class->finalize = finalize;
    install_properties(object_class);
    install_signals();
}

void h2k_job_emit_progress(H2kJob *self, const std::string &stage, double fraction, const std::string &message) {
    g_signal_emit(self, signals[SIGNAL_PROGRESS], 0, stage.c_str(), fraction, message.c_str());
}

static H2kSeverity public_severity(h2k::Severity severity) {
    switch (severity) {
    case h2k::Severity::note: return H2K_SEVERITY_NOTE;
    case h2k::Severity::warning: break;
    }
    return H2K_SEVERITY_WARNING;
}

void h2k_job_emit_warning(H2kJob *self, const std::string &stage, const h2k::Notice &notice) {
    g_signal_emit(self, signals[SIGNAL_WARNING], 0, stage.c_str(), notice.id.c_str(), public_severity(notice.severity),
                  notice.text.c_str());
}

void h2k_job_notify_state(H2kJob *self) { g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STATE]); }

/**
 * h2k_job_new:
 * @request: what the job is to do; the job copies its values
 * @action: what to do with the request
 *
 * Creates a job. It does nothing until it is run.
 *
 * Returns: (transfer full): a new job
 *
 * Since: 0.1
 */
H2kJob *h2k_job_new(H2kRequest *request, H2kAction action) {
    g_return_val_if_fail(H2K_IS_REQUEST(request), nullptr);
    g_return_val_if_fail(h2k_action_of(action).has_value(), nullptr);
    return H2K_JOB(g_object_new(H2K_TYPE_JOB, "request", request, "action", action, nullptr));
}

/**
 * h2k_job_get_request:
 * @self: a job
 *
 * Gets the value of #H2kJob:request.
 *
 * Returns: (transfer none) (nullable): the request that the job was constructed with
 *
 * Since: 0.1
 */
H2kRequest *h2k_job_get_request(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return self->data.request.get();
}

/**
 * h2k_job_get_action:
 * @self: a job
 *
 * Gets the value of #H2kJob:action.
 *
 * Returns: the action that the job was constructed with
 *
 * Since: 0.1
 */
H2kAction h2k_job_get_action(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), H2K_ACTION_INSPECT);
    return self->data.action;
}

/**
 * h2k_job_get_state:
 * @self: a job
 *
 * Gets the value of #H2kJob:state. This function can be called on any thread.
 *
 * Returns: how far the job has come
 *
 * Since: 0.1
 */
H2kJobState h2k_job_get_state(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), H2K_JOB_STATE_NEW);
    return self->data.state;
}
