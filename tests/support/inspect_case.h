// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include "tests/support/fake_guest.h"
#include "tests/support/fake_storage.h"
#include <string>

namespace h2k::test {

/// One folder of tests/data/inspect: facts.json and tree/.
struct InspectCase {
    FakeStorage storage;
    std::string root;                                                ///< as --root
    std::map<std::string, std::map<std::string, std::string>> links; ///< device → path → what the link says
};

[[nodiscard]] InspectCase load_inspect_case(const std::string &folder);
/// The guest with its file systems where @mounts puts them; links followed.
[[nodiscard]] FakeGuest mounted_guest(const InspectCase &found, const std::vector<Mount> &mounts);
/// One line that says all of @one.
[[nodiscard]] std::string interface_line(const GuestInterface &one);
/// All of @facts but the devices, as JSON.
[[nodiscard]] std::string inspection_json(const Inspection &facts);

} // namespace h2k::test
