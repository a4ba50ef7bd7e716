// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "convert/model/repair_options.h"
#include "tests/support/fake_guest.h"

namespace h2k::test {

/// A guest out of a folder of tests/data/fixers, whose README.md describes the format.
struct CaseGuest {
    FakeGuest guest;
    Inspection facts;
    Machine target;
    RepairOptions options;
};
[[nodiscard]] Result<CaseGuest> load_case(const std::string &folder);

/// The files under @folder by their path in it ("/etc/fstab"); none if there is no such folder.
[[nodiscard]] Result<std::map<std::string, std::string>> read_tree(const std::string &folder);

} // namespace h2k::test
