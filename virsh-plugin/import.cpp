// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include "virsh-plugin/progress.h"
#include <glib/gi18n.h>

namespace cli {

int show_report(H2kJob *job, const GError *error, const Look &look) {
    g_autofree char *report = h2k_job_dup_report_json(job);
    g_autofree char *text = h2k_job_dup_report_text(job);
    if (look.json)
        print_json_result(report);
    else if (!look.quiet && text && (!error || g_error_matches(error, H2K_ERROR, H2K_ERROR_NOT_PROVEN)))
        print(harmless(text).c_str());
    return error ? print_error(error) : static_cast<int>(done);
}

const Command import_command{
    "import",
    N_("SOURCE…"),
    N_("Repair and convert a guest, prove that it boots, and put it into libvirt."),
    "virt-hyper2kvm import web.vmdk --output-dir /srv/vm",
    H2K_ACTION_IMPORT,
    show_report,
};

} // namespace cli
