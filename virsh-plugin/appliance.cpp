// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/appliance.h"
#include "virsh-plugin/print.h"
#include <glib/gi18n.h>

namespace cli {

namespace {

constexpr const char *preparing = N_("Prepare this host");

int show_status() {
    g_autoptr(GError) error = nullptr;
    g_autofree char *status = h2k_appliance_dup_status(&error);
    if (!status)
        return print_error(error);
    print(harmless(status).c_str());
    return status_with_output(done);
}

int prepare(const Call &) {
    g_autoptr(GError) error = nullptr;
    return h2k_appliance_prepare(nullptr, &error) ? show_status() : print_error(error);
}

int drop(const Call &) {
    g_autoptr(GError) error = nullptr;
    return h2k_appliance_drop(&error) ? static_cast<int>(done) : print_error(error);
}

constexpr Command below[] = {
    {.name = "prepare",
     .group = preparing,
     .info = N_("Record the appliance, so that jobs start it in a second or two"),
     .example = "virt-hyper2kvm appliance prepare",
     .run = prepare},
    {.name = "status",
     .group = preparing,
     .info = N_("Show what is recorded, and whether it fits this host"),
     .example = "virt-hyper2kvm appliance status",
     .run = [](const Call &) { return show_status(); }},
    {.name = "drop",
     .group = preparing,
     .info = N_("Remove what is recorded"),
     .example = "virt-hyper2kvm appliance drop",
     .run = drop},
};

} // namespace

std::span<const Command> appliance_commands() { return below; }

} // namespace cli
