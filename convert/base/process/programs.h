// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>

namespace h2k {

/// Path of a program of ours that is not for users: in $VIRT_HYPER2KVM_LIBEXEC, else in the libexec folder.
[[nodiscard]] std::string own_program(const char *name);

} // namespace h2k
