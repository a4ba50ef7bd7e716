// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "virsh-plugin/command.h"

namespace cli {

/// The text with every control character but newline and tab shown as "?", so that a guest cannot control the terminal.
[[nodiscard]] std::string harmless(const char *text);
/// The same of a message, which is one line whatever the names in it are.
[[nodiscard]] std::string one_line(const char *message);
/// Prints to standard output.  What cannot be written is lost, and the command goes on.
void print(const char *text);
/// The exit status of a command that ended with @status: where it succeeded and some of its output was lost, an error
/// message and a status of its own.
[[nodiscard]] int status_with_output(int status);
/// Prints "virt-hyper2kvm: error: …" and gives the exit status of the error.
int print_error(const GError *error);
/// Prints "virt-hyper2kvm: warning: …", or "note".
void print_notice(H2kSeverity severity, const char *message);

} // namespace cli
