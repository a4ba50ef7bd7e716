// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <glib/gi18n.h>

namespace cli {

const Command revert_command{
    "revert",
    N_("IMAGE…"),
    N_("Take back what imports changed in a guest, in its image itself."),
    "virt-hyper2kvm revert /srv/vm/web.qcow2 --dry-run",
    H2K_ACTION_REVERT,
    show_report,
};

} // namespace cli
