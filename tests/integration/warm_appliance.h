// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/appliance.h"
#include "convert/appliance/handle.h"
#include "convert/appliance/warm/start.h"
#include "tests/integration/served.h"
#include <string>

namespace h2k::test {

// An appliance that is restored, on disks of the small guest.

/// Folder of all tests, with the small guest's disk.
[[nodiscard]] const std::string &warm_work();
void set_warm_work(const std::string &folder);

/// An overlay of its own over the one disk.
[[nodiscard]] Disk overlay(const std::string &name);
[[nodiscard]] Disk empty_disk(const std::string &name, bool make);

/// Folder in /proc of a QEMU that our process started and that restores a machine; empty: there is none.
[[nodiscard]] std::string restored_process();
[[nodiscard]] inline bool is_restored() { return !restored_process().empty(); }

struct Launched {
    std::unique_ptr<Served> served;
    std::unique_ptr<Appliance> appliance;
    Notices notices;
    double seconds = 0;
};
/// With two disks.
[[nodiscard]] Launched launch(const std::string &name);
void close(Launched &launched);
[[nodiscard]] std::unique_ptr<Guest> mounted(const Launched &launched);
/// What a program of the guest prints.
std::string says(Guest &guest, const std::string &script);

/// Runs @act in another thread as soon as QEMU has begun to restore, until the object goes.
class WhenRestoring {
  public:
    explicit WhenRestoring(std::function<void(const std::string &proc)> act);

  private:
    std::jthread thread_;
};

/// A restored appliance that is not booted where it fails, with one disk.
struct Restored {
    std::unique_ptr<Served> served;
    WarmAppliance warm;
    Notices notices;
    double seconds = 0;
};
[[nodiscard]] Restored restore(const std::string &name);

/// CPU time of the processes that we have waited for, in seconds.
[[nodiscard]] double cpu_of_children();

[[nodiscard]] inline bool holds(const std::string &text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace h2k::test
