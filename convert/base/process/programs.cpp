// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/process/programs.h"
#include "config.h"
#include <glib.h>

namespace h2k {

std::string own_program(const char *name) {
    const char *folder = g_getenv("VIRT_HYPER2KVM_LIBEXEC");
    return std::string{folder && *folder ? folder : H2K_LIBEXEC_DIR} + "/" + name;
}

} // namespace h2k
