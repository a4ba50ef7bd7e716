/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-request.h"

G_BEGIN_DECLS

/**
 * H2kJobState:
 * @H2K_JOB_STATE_NEW: the job has not been started
 * @H2K_JOB_STATE_RUNNING: the job has been started and has not ended
 * @H2K_JOB_STATE_SUCCEEDED: the job has ended without an error
 * @H2K_JOB_STATE_FAILED: the job has ended with an error other than %H2K_ERROR_CANCELLED
 * @H2K_JOB_STATE_CANCELLED: the job was cancelled before it was done
 *
 * How far a job has come. A job never returns to an earlier state.
 *
 * Since: 0.1
 */
typedef enum {
    H2K_JOB_STATE_NEW,
    H2K_JOB_STATE_RUNNING,
    H2K_JOB_STATE_SUCCEEDED,
    H2K_JOB_STATE_FAILED,
    H2K_JOB_STATE_CANCELLED,
} H2kJobState;

/**
 * H2kSeverity:
 * @H2K_SEVERITY_NOTE: the user may want to know; nothing is lost
 * @H2K_SEVERITY_WARNING: something may not work, or is not carried over
 *
 * How serious it is what #H2kJob::warning reports.
 *
 * Since: 0.1
 */
typedef enum {
    H2K_SEVERITY_NOTE,
    H2K_SEVERITY_WARNING,
} H2kSeverity;

#define H2K_TYPE_JOB (h2k_job_get_type())
H2K_PUBLIC G_DECLARE_FINAL_TYPE(H2kJob, h2k_job, H2K, JOB, GObject)

H2K_PUBLIC H2kJob *h2k_job_new(H2kRequest *request, H2kAction action);
H2K_PUBLIC H2kRequest *h2k_job_get_request(H2kJob *self);
H2K_PUBLIC H2kAction h2k_job_get_action(H2kJob *self);
H2K_PUBLIC H2kJobState h2k_job_get_state(H2kJob *self);
H2K_PUBLIC gboolean h2k_job_run(H2kJob *self, GCancellable *cancellable, GError **error);
H2K_PUBLIC void h2k_job_run_async(H2kJob *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
H2K_PUBLIC gboolean h2k_job_run_finish(H2kJob *self, GAsyncResult *result, GError **error);
H2K_PUBLIC char *h2k_job_dup_report_json(H2kJob *self);
H2K_PUBLIC char *h2k_job_dup_report_text(H2kJob *self, gboolean verbose);
H2K_PUBLIC char *h2k_job_dup_document_json(H2kJob *self, GError **error);
H2K_PUBLIC char *h2k_job_dup_document_text(H2kJob *self, GError **error);

G_END_DECLS
