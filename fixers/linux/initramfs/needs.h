// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "convert/model/machine.h"
#include "fixers/text/modules_dep.h"
#include <set>
#include <string>
#include <vector>

namespace h2k {

/// What one kernel's initramfs needs on the hardware of one target machine.
struct InitramfsNeeds {
    std::vector<std::string> absent_required; ///< drivers needed to reach the disks that the kernel does not have
    std::vector<std::string> absent_useful;   ///< other drivers of the new hardware that it does not have
    std::vector<std::string> required;        ///< loadable modules needed to reach the disks, sorted
    std::vector<std::string> drivers;         ///< loadable drivers of the new hardware, without what they depend on
    std::vector<std::string> old_drivers;     ///< loadable drivers of other hypervisors' controllers
    std::vector<std::string> modules;         ///< drivers with what they depend on, sorted
};

[[nodiscard]] InitramfsNeeds needs_of(const text::KernelModules &kernel, const Machine &target);

/// The modules among the file names of an initramfs, as module_name() gives them.
[[nodiscard]] std::set<std::string> modules_in(const std::vector<std::string> &names);

/// What a module's file ends with, which says how it is packed: ".ko", ".ko.xz".
[[nodiscard]] std::string suffix_of(const std::string &module);

} // namespace h2k
