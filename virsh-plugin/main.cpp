// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "virsh-plugin/command.h"
#include "virsh-plugin/print.h"
#include "virsh-plugin/process.h"
#include <glib/gi18n.h>
#include <locale.h>

int main(int argc, char **argv) {
    cli::prepare_process();
    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, H2K_LOCALE_DIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);
    return cli::status_with_output(cli::run_line(cli::commands(), argc, argv));
}
