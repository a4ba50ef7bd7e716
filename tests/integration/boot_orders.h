// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/work_folder.h"
#include "convert/check/boot/boot_test.h"

namespace h2k::test {

constexpr std::uint64_t mib = 1u << 20;

/// Prints and keeps what a boot test says.
class Notes final : public Progress {
  public:
    void step(const std::string &, double, const std::string &message) override;
    void notice(const std::string &, const Notice &notice) override;
    Notices notices;
};

/// A folder for a test.
struct Place {
    Place();
    ~Place();
    [[nodiscard]] std::string at(const std::string &name) const { return std::string{parent.get()} + "/" + name; }
    Owned<char> parent;
    std::unique_ptr<WorkFolder> work;
};

[[nodiscard]] Disk disk_of(const std::string &path, std::uint64_t bytes);

/// A domain with one disk and one card, which is observed for 12 seconds.
void fill_order(BootTestOrder &order, const std::string &work, Disk disk);
[[nodiscard]] BootTestOrder order_for(const Place &place, Disk disk);

/// A guest that runs @script, see tests/support/make-tiny-guest; @files: more for its root, by name.  Null, and the
/// test is skipped, where it cannot be made.
[[nodiscard]] std::optional<Disk> tiny_guest(const Place &place, const std::string &script,
                                             const std::vector<std::pair<std::string, std::string>> &files = {});

} // namespace h2k::test
