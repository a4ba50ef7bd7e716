// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/inspection.h"
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// Where a device name is used, which decides what can be written there.
enum class NameUse {
    file_system,        ///< a file system's or swap's device in fstab; blanks can be escaped
    raw_device,         ///< a device whose content may change, as in crypttab: the partition counts, not its content
    command_line,       ///< read by an initramfs; no blanks
    kernel_command_line ///< read by a kernel that has no initramfs, which knows partitions only
};

/// What happens to a device name.
struct NameVerdict {
    enum State {
        keeps,   ///< not a name of a device, or one that is valid on any hardware
        renamed, ///< to @name
        missing, ///< none of the guest's disks has it
        unnamed, ///< the device exists and has no persistent name
    } state = keeps;
    std::string name;
};

/// Judges @spelling; @type: the file system that must be on it, as in fstab(5), or "".
[[nodiscard]] NameVerdict judge_name(const Inspection &facts, std::string_view spelling, NameUse use,
                                     std::string_view type = "");

/// What was renamed in a file, for its reason.
class Renames {
  public:
    void add(std::string_view from, std::string_view to);
    [[nodiscard]] bool empty() const noexcept { return shown_.empty(); }
    /// A sentence.
    [[nodiscard]] std::string reason() const;

  private:
    std::vector<std::string> shown_; ///< bounded, for a sentence
};

} // namespace h2k
