// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/job/job.h"
#include "virsh-plugin/job/progress.h"
#include "virsh-plugin/print.h"

namespace cli {

int show_report(H2kJob *job, const GError *error, const OutputOptions &output) {
    if (output.json) {
        g_autofree char *report = h2k_job_dup_report_json(job);
        print_json_result(report);
    } else if (!output.quiet && (!error || g_error_matches(error, H2K_ERROR, H2K_ERROR_NOT_PROVEN))) {
        g_autofree char *text = h2k_job_dup_report_text(job, output.verbose);
        if (text)
            print(harmless(text).c_str());
    }
    return error ? print_error(error) : static_cast<int>(done);
}

int show_document(H2kJob *job, const GError *error, const OutputOptions &output) {
    if (error)
        return print_error(error);
    g_autoptr(GError) failure = nullptr;
    g_autofree char *document =
        output.json ? h2k_job_dup_document_json(job, &failure) : h2k_job_dup_document_text(job, &failure);
    if (!document)
        return print_error(failure);
    print(output.json ? document : harmless(document).c_str());
    return done;
}

} // namespace cli
