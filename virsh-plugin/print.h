// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// The text with every control character but newline and tab shown as "?": a guest must not speak to the terminal.
[[nodiscard]] std::string harmless(const char *text);
/// Prints to standard output.
void print(const char *text);
/// Prints "virt-hyper2kvm: error: …" and gives the exit status of the error.
int print_error(const GError *error);
void print_warning(const char *message);

} // namespace cli
