// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/text/edit.h"

namespace h2k::text {

/// One parameter of a kernel command line, "name=value" or "name".
struct KernelArgument {
    std::string name;
    Piece value; ///< empty and after the name for a parameter without one
};

/// The parameters that stand in @file from byte @at for @size bytes: words, in which quotes protect blanks, as
/// in the kernel's Documentation/admin-guide/kernel-parameters.rst.  A quote that never ends is an ordinary character.
[[nodiscard]] std::vector<KernelArgument> kernel_arguments(std::string_view file, std::size_t at, std::size_t size);
[[nodiscard]] std::vector<KernelArgument> kernel_arguments(std::string_view line);

} // namespace h2k::text
