// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <glib/gi18n.h>

namespace cli {

const Command boot_test_command{
    "boot-test",
    N_("SOURCE…"),
    N_("Boot a throw-away overlay of a guest on virtio and show evidence from inside."),
    "virt-hyper2kvm boot-test /srv/vm/web.qcow2",
    H2K_ACTION_BOOT_TEST,
    show_report,
};

} // namespace cli
