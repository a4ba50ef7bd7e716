// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/config/option.h"

namespace h2k {

// Values for what is put into the guest; the others are in values.h.

/// A file with accounts, services, network files and scripts; it is read and checked.
extern const OptionValue configuration_file;
/// A file that is a package by its own first bytes, or "first-boot".
extern const OptionValue agent_package;
/// The choice "keep" of the option "old-tools", as a flag.
extern const OptionValue keep_old_tools;
/// "user-data=FILE,meta-data=FILE,network-config=FILE,iso"; the files are read and checked.
extern const OptionValue cloud_seed;

} // namespace h2k
