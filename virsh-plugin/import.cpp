// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include "virsh-plugin/progress.h"
#include <glib/gi18n.h>

namespace cli {

static int show(H2kJob *job, const GError *error, const Look &look) {
    g_autofree char *report = h2k_job_dup_report_json(job);
    g_autofree char *text = h2k_job_dup_report_text(job);
    if (look.json)
        print_json_result(report);
    else if (!look.quiet && text && (!error || g_error_matches(error, H2K_ERROR, H2K_ERROR_NOT_PROVEN)))
        print(harmless(text).c_str());
    return error ? print_error(error) : static_cast<int>(done);
}

const Command import_command{
    "import",          N_("DISK…"), N_("Repair and convert a guest, prove that it boots, and put it into libvirt."),
    H2K_ACTION_IMPORT, show,
};

const Command boot_test_command{
    "boot-test",
    N_("DISK…"),
    N_("Boot a throw-away overlay of a guest on virtio and show evidence from inside."),
    H2K_ACTION_BOOT_TEST,
    show,
};

} // namespace cli
