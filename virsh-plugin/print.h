// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// The text with every control character but newline and tab shown as "?", so that a guest cannot control the terminal.
[[nodiscard]] std::string harmless(const char *text);
/// Prints to standard output.
void print(const char *text);
/// Prints "virt-hyper2kvm: error: …" and gives the exit status of the error.
int print_error(const GError *error);
/// Prints "virt-hyper2kvm: warning: …", or "note".
void print_notice(H2kSeverity severity, const char *message);

} // namespace cli
