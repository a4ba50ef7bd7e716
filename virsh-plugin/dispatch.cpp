// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "virsh-plugin/help.h"
#include "virsh-plugin/parse.h"
#include "virsh-plugin/print.h"
#include <algorithm>
#include <cstdio>
#include <glib/gi18n.h>

namespace cli {

namespace {

/// A place in the tree of commands.
struct Place {
    std::span<const Command> all;  ///< the tree
    std::span<const Command> here; ///< those that can follow
    std::string name;              ///< what stands before; "" is the program
};

bool is_one_of(const std::string &word, std::initializer_list<const char *> names) {
    return std::ranges::find(names, word) != names.end();
}

int run_command(const Command &command, const Place &place, int argc, char **argv) {
    g_autoptr(H2kRequest) request = command.action ? h2k_request_new() : nullptr;
    Call call{.command = command, .name = place.name, .request = request};
    g_autoptr(GError) error = nullptr;
    if (!parse(call, place.all, argc, argv, &error)) {
        print_error(error);
        return usage;
    }
    if (call.has("help")) {
        print(command_help(command, place.name, help_width()).c_str());
        return done;
    }
    return command.run(call);
}

int refuse_unknown(const Place &place, const char *word) {
    std::vector<const char *> names;
    for (const auto &command : place.here)
        names.push_back(command.name);
    names.push_back(nullptr);
    const auto program = "virt-hyper2kvm" + (place.name.empty() ? "" : " " + place.name);
    g_autoptr(GError) error = nullptr;
    if (const char *near = h2k_nearest_name(word, names.data()))
        error = g_error_new(H2K_ERROR, H2K_ERROR_USAGE, _("There is no command “%s”; did you mean “%s”?"), word, near);
    else
        error = g_error_new(H2K_ERROR, H2K_ERROR_USAGE, _("There is no command “%s”; “%s --help” lists the commands."),
                            word, program.c_str());
    return print_error(error);
}

int choose(const Place &place, int argc, char **argv) {
    if (argc == 0) {
        std::fputs(commands_help(place.here, place.name, help_width()).c_str(), stderr);
        return usage;
    }
    const std::string word = argv[0];
    if (is_one_of(word, {"--help", "-h", "help"})) {
        print(commands_help(place.here, place.name, help_width()).c_str());
        return done;
    }
    if (place.name.empty() && is_one_of(word, {"--version", "-V"})) {
        print("virt-hyper2kvm " H2K_VERSION "\n");
        return done;
    }
    const auto found = std::ranges::find(place.here, word, &Command::name);
    if (found == place.here.end())
        return refuse_unknown(place, argv[0]);
    const Place next{place.all, found->below, (place.name.empty() ? "" : place.name + " ") + word};
    return found->below.empty() ? run_command(*found, next, argc, argv) : choose(next, argc - 1, argv + 1);
}

} // namespace

int run_line(std::span<const Command> commands, int argc, char **argv) {
    return choose({commands, commands, ""}, std::max(argc - 1, 0), argv + 1);
}

} // namespace cli
