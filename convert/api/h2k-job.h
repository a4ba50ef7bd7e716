/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-request.h"

G_BEGIN_DECLS

#define H2K_TYPE_JOB (h2k_job_get_type())
H2K_PUBLIC G_DECLARE_FINAL_TYPE(H2kJob, h2k_job, H2K, JOB, GObject)

H2K_PUBLIC H2kJob *h2k_job_new(H2kRequest *request, H2kAction action);
H2K_PUBLIC gboolean h2k_job_run(H2kJob *self, GCancellable *cancellable, GError **error);
H2K_PUBLIC void h2k_job_run_async(H2kJob *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
H2K_PUBLIC gboolean h2k_job_run_finish(H2kJob *self, GAsyncResult *result, GError **error);
H2K_PUBLIC char *h2k_job_dup_report_json(H2kJob *self);
H2K_PUBLIC char *h2k_job_dup_report_text(H2kJob *self);
H2K_PUBLIC char *h2k_job_dup_document_json(H2kJob *self, GError **error);
H2K_PUBLIC char *h2k_job_dup_document_text(H2kJob *self, GError **error);

G_END_DECLS
