// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <glib/gi18n.h>

namespace cli {

const Command plan_command{
    "plan",
    N_("SOURCE…"),
    N_("Show each file that an import would change and each command it would run."),
    "virt-hyper2kvm plan web.vmdk",
    H2K_ACTION_PLAN,
    show_document,
};

} // namespace cli
