// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/appliance.h"
#include "virsh-plugin/job/job.h"
#include "virsh-plugin/options.h"
#include <glib/gi18n.h>

namespace cli {

namespace {

constexpr const char *importing = N_("Import a guest"), *examining = N_("Examine a guest"),
                     *preparing = N_("Prepare this host");

const Command table[] = {
    {.name = "import",
     .group = importing,
     .arguments = N_("SOURCE…"),
     .info = N_("Repair and convert a guest, prove that it boots, and define it in libvirt"),
     .example = "virt-hyper2kvm import web.vmdk --output-dir /srv/vm",
     .action = H2K_ACTION_IMPORT,
     .options = output_options,
     .run = run_job<show_report>},
    {.name = "plan",
     .group = importing,
     .arguments = N_("SOURCE…"),
     .info = N_("Show each file that an import would change and each command it would run"),
     .example = "virt-hyper2kvm plan web.vmdk",
     .action = H2K_ACTION_PLAN,
     .options = output_options,
     .run = run_job<show_document>},
    {.name = "revert",
     .group = importing,
     .arguments = N_("IMAGE…"),
     .info = N_("Undo what imports changed in a guest, in its image itself"),
     .example = "virt-hyper2kvm revert /srv/vm/web.qcow2 --dry-run",
     .action = H2K_ACTION_REVERT,
     .options = output_options,
     .run = run_job<show_report>},
    {.name = "inspect",
     .group = examining,
     .arguments = N_("SOURCE…"),
     .info = N_("Inspect a guest: show its machine, its system and its network"),
     .example = "virt-hyper2kvm inspect web.vmdk",
     .action = H2K_ACTION_INSPECT,
     .options = output_options,
     .run = run_job<show_document>},
    {.name = "boot-test",
     .group = examining,
     .arguments = N_("SOURCE…"),
     .info = N_("Boot a throw-away copy of a guest under KVM and show evidence from inside"),
     .example = "virt-hyper2kvm boot-test /srv/vm/web.qcow2",
     .action = H2K_ACTION_BOOT_TEST,
     .options = output_options,
     .run = run_job<show_report>},
    {.name = "appliance",
     .group = preparing,
     .info = N_("Keep the appliance that jobs work in ready to start"),
     .below = appliance_commands()},
};

} // namespace

std::span<const Command> commands() { return table; }

} // namespace cli
