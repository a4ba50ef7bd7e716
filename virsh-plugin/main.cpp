// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "virsh-plugin/command.h"
#include "virsh-plugin/print.h"
#include <cstdio>
#include <cstring>
#include <glib/gi18n.h>
#include <locale.h>

namespace cli {

std::span<const Command> commands() {
    static const Command table[] = {import_command, inspect_command, plan_command, boot_test_command, revert_command};
    return table;
}

static int help(FILE *to) {
    std::fprintf(to, "%s\n  virt-hyper2kvm COMMAND [OPTION…] SOURCE…\n\n%s\n", _("Usage:"), _("Commands:"));
    for (const auto &command : commands())
        std::fprintf(to, "  %-10s %s\n", command.name, _(command.info));
    std::fprintf(to, "\n%s\n",
                 _("“virt-hyper2kvm COMMAND --help” tells the options of a command; virt-hyper2kvm(1) tells all."));
    return to == stdout ? done : usage;
}

static int main(int argc, char **argv) {
    if (argc < 2)
        return help(stderr);
    for (const auto &command : commands())
        if (std::strcmp(argv[1], command.name) == 0) {
            g_autofree char *program = g_strconcat("virt-hyper2kvm ", command.name, nullptr);
            g_set_prgname(program);
            return run_command(command, argc - 1, argv + 1);
        }
    if (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0 || std::strcmp(argv[1], "help") == 0)
        return help(stdout);
    if (std::strcmp(argv[1], "--version") == 0 || std::strcmp(argv[1], "-V") == 0) {
        std::printf("virt-hyper2kvm %s\n", H2K_VERSION);
        return done;
    }
    std::fprintf(stderr, "virt-hyper2kvm: %s: ", _("error"));
    std::fprintf(stderr, _("There is no command “%s”; “virt-hyper2kvm --help” lists those there are.\n"),
                 harmless(argv[1]).c_str());
    return usage;
}

} // namespace cli

int main(int argc, char **argv) {
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, H2K_LOCALE_DIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);
    return cli::main(argc, argv);
}
