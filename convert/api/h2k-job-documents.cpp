// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-job-private.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/report/documents.h"

namespace {

h2k::Result<std::string> document(const H2kJobData &data, bool for_people) {
    if (!data.has_ended())
        return h2k::fail(H2K_ERROR_FAILED, "%s", _("The job has not ended."));
    const auto &report = data.job->report();
    if (report.carry && data.action == H2K_ACTION_INSPECT) {
        const auto *guest = report.plan ? &report.plan->guest : nullptr;
        return for_people ? h2k::inspection_text(*report.carry, guest) : h2k::inspection_json(*report.carry, guest);
    }
    if (report.carry && report.plan)
        return for_people ? h2k::plan_text(*report.carry, *report.plan, nullptr)
                          : h2k::plan_json(*report.carry, *report.plan, nullptr);
    return h2k::fail(H2K_ERROR_FAILED, "%s", _("The job ended before there was anything to show."));
}

char *dup_document(H2kJob *self, bool for_people, GError **error) {
    auto text = document(self->data, for_people);
    if (text)
        return g_strdup(text->c_str());
    std::move(text).error().propagate(error);
    return nullptr;
}

} // namespace

/**
 * h2k_job_dup_report_json:
 * @self: a job
 *
 * Gets the report of a job that has ended, with the content of the file report.json.
 *
 * Returns: (transfer full) (nullable): the report as JSON; %NULL if the job has not ended
 *
 * Since: 0.1
 */
char *h2k_job_dup_report_json(H2kJob *self) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return self->data.has_ended() ? g_strdup(h2k::report_json(self->data.job->report()).c_str()) : nullptr;
}

/**
 * h2k_job_dup_report_text:
 * @self: a job
 * @verbose: whether to list each file that was changed
 *
 * Gets the report of a job that has ended, as text for people. What was changed in the guest is grouped by concern. It
 * can contain text from the guest: escape control characters before writing it to a terminal.
 *
 * Returns: (transfer full) (nullable): the report as text; %NULL if the job has not ended
 *
 * Since: 0.1
 */
char *h2k_job_dup_report_text(H2kJob *self, gboolean verbose) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    const bool each_file = verbose != FALSE;
    return self->data.has_ended() ? g_strdup(h2k::report_text(self->data.job->report(), each_file).c_str()) : nullptr;
}

/**
 * h2k_job_dup_document_json:
 * @self: a job
 * @error: return location for %H2K_ERROR_FAILED
 *
 * Gets the document that the job made: the inspection for %H2K_ACTION_INSPECT, the plan for any other action.
 *
 * Returns: (transfer full): the document as versioned JSON
 *
 * Since: 0.1
 */
char *h2k_job_dup_document_json(H2kJob *self, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return dup_document(self, false, error);
}

/**
 * h2k_job_dup_document_text:
 * @self: a job
 * @error: return location for %H2K_ERROR_FAILED
 *
 * Gets the document that the job made, as text for people. It can contain text from the guest: escape control
 * characters before writing it to a terminal.
 *
 * Returns: (transfer full): the document as text
 *
 * Since: 0.1
 */
char *h2k_job_dup_document_text(H2kJob *self, GError **error) {
    g_return_val_if_fail(H2K_IS_JOB(self), nullptr);
    return dup_document(self, true, error);
}
