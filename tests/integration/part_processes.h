// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "tests/integration/part_disks.h"
#include <string>
#include <sys/types.h>
#include <vector>

namespace h2k::test {

// Processes of checks below this one.  @which: a word of its command line.

/// The qemu-nbd of @disk.
[[nodiscard]] pid_t server_of(const PartDisk &disk);
/// Waits for it, and kills it.
void kill_process_of_check(const std::string &which);
/// It has little power, and @files open beside the standard ones.
void assert_confined(const std::string &which, std::size_t files);
/// The file is mounted, and not where we are.
void assert_hidden_mount();
/// No process of a check, no mount, no file in the folder for temporary files.
void nothing_is_left();

/// A check as a process of its own, which can be killed.
class Victim {
  public:
    static constexpr int clean = 0, words = 10, failed = 11, no_file = 12;
    static inline std::string program; ///< this one
    static bool is_one(const std::string &word) { return word == "--victim"; }
    static int run(const std::vector<std::string> &arguments);
    /// @before: the words before its own.
    explicit Victim(const PartOfDisks &part, std::vector<std::string> before = {});
    /// Kills it or a process below it; false: none is there any longer.
    [[nodiscard]] bool kill_one() const;
    /// Its exit status, or 128 and the signal.
    [[nodiscard]] int wait();

  private:
    Ref<GSubprocess> process_;
    pid_t pid_;
};

} // namespace h2k::test
