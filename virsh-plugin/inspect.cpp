// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <glib/gi18n.h>

namespace cli {

int show_document(H2kJob *job, const GError *error, const Look &look) {
    if (error)
        return print_error(error);
    GError *failure = nullptr;
    char *document = look.json ? h2k_job_dup_document_json(job, &failure) : h2k_job_dup_document_text(job, &failure);
    return print_document(document, failure, !look.json);
}

const Command inspect_command{
    "inspect",
    N_("SOURCE…"),
    N_("Say what a guest is; nothing is written."),
    "virt-hyper2kvm inspect web.vmdk",
    H2K_ACTION_INSPECT,
    show_document,
};

} // namespace cli
