// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/settings.h"
#include "virsh-plugin/options.h"
#include "virsh-plugin/print.h"
#include <array>
#include <glib/gi18n.h>

namespace cli {

static const char *const formats[] = {"text", "yaml", nullptr};
static const Option show_options[] = {
    {.name = "format",
     .value_name = N_("FORMAT"),
     .help = N_("Show settings in this format"),
     .heading = N_("Output"),
     .kind = H2K_OPTION_KIND_CHOICE,
     .choices = formats},
};
const Command settings_commands[1] = {
    {.name = "show",
     .group = N_("Settings"),
     .info = N_("Show the default of each option"),
     .options = show_options,
     .run = show_settings},
};

int show_settings(const Call &call) {
    const std::string between = g_strcmp0(call.value("format"), "yaml") == 0 ? ": " : " = ";
    std::string text;
    h2k_option_foreach(
        [](const H2kOption *option, gpointer data) {
            auto &[all, middle] = *static_cast<std::pair<std::string &, const std::string &> *>(data);
            if (g_autofree char *value = h2k_option_dup_default(option))
                all += h2k_option_get_name(option) + middle + value + "\n";
        },
        std::array<std::pair<std::string &, const std::string &>, 1>{{{text, between}}}.data());
    print(text.c_str());
    return done;
}

} // namespace cli
