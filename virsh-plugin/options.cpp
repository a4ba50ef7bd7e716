// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/options.h"
#include <glib/gi18n.h>

namespace cli {

namespace {

constexpr Option help_option{.name = "help", .letter = 'h', .help = N_("Show this help"), .heading = N_("Output")};

struct Listing {
    H2kAction action;
    std::vector<Option> &options;
};

void add(const H2kOption *option, gpointer data) {
    const auto *listing = static_cast<Listing *>(data);
    if (!h2k_option_is_for(option, listing->action))
        return;
    listing->options.push_back({
        .name = h2k_option_get_name(option),
        .letter = h2k_option_get_letter(option),
        .value_name = h2k_option_get_value_name(option),
        .help = h2k_option_get_help(option),
        .heading = h2k_option_get_heading(option),
        .kind = h2k_option_get_kind(option),
        .choices = h2k_option_get_choices(option),
        .repeats = h2k_option_is_repeatable(option) != FALSE,
        .of_request = option,
    });
}

void add_own(std::vector<Option> &options, Option option) {
    option.value_name = option.value_name ? _(option.value_name) : nullptr;
    option.help = _(option.help);
    option.heading = _(option.heading);
    options.push_back(option);
}

} // namespace

const Option output_options[3] = {
    {.name = "json", .help = N_("Print JSON for programs"), .heading = N_("Output")},
    {.name = "quiet", .letter = 'q', .help = N_("Print errors only"), .heading = N_("Output")},
    {.name = "verbose",
     .letter = 'v',
     .help = N_("Print each step, and each file that was changed"),
     .heading = N_("Output")},
};

OutputOptions output_options_of(const Call &call) {
    return {.json = call.has("json"), .quiet = call.has("quiet"), .verbose = call.has("verbose")};
}

std::vector<Option> options_of(const Command &command) {
    std::vector<Option> options;
    if (command.action) {
        Listing listing{*command.action, options};
        h2k_option_foreach(add, &listing);
    }
    for (const auto &option : command.options)
        add_own(options, option);
    add_own(options, help_option);
    return options;
}

std::string spelling_of(const Option &option) { return std::string{"--"} + option.name; }

} // namespace cli
