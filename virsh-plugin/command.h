// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/api/hyper2kvm.h"
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cli {

/// Exit statuses, as the man page lists them.
enum Exit {
    done = 0,
    failed = 1,
    usage = 2,
    not_proven = 3,
    source_refused = 4,
    cancelled = 5,
    target_refused = 6,
    output_lost = 7
};

/// An option of a command: one of its own, or one of its request.
struct Option {
    const char *name; ///< long name without dashes
    char letter = 0;
    const char *value_name = nullptr; ///< N_()-marked; null for a flag
    const char *help;                 ///< N_()-marked, imperative, without a full stop
    const char *heading;              ///< N_()-marked
    H2kOptionKind kind = H2K_OPTION_KIND_FLAG;
    const char *const *choices = nullptr; ///< null-terminated
    bool repeats = false;
    const H2kOption *of_request = nullptr;
};

struct Call;

/// A row of the table of commands, as in virsh.
struct Command {
    const char *name;
    const char *group;             ///< N_()-marked heading in the list of commands
    const char *arguments = "";    ///< N_()-marked; "": none are taken
    const char *info;              ///< N_()-marked, one line, imperative, without a full stop
    const char *example = nullptr; ///< a command line
    std::optional<H2kAction> action =
        {}; ///< the command takes the options of requests for it, its arguments are sources
    std::span<const Option> options = {};   ///< its own
    int (*run)(const Call &call) = nullptr; ///< gives the exit status; null: one of @below follows
    std::span<const Command> below = {};
};

/// A command line, read and checked.
struct Call {
    const Command &command;
    std::string name;                    ///< of the command with those above it: "inspect", or two words
    H2kRequest *request = nullptr;       ///< complete; null for a command without an action
    std::vector<std::string> words = {}; ///< arguments that are no options
    std::map<std::string, std::vector<std::string>> values = {}; ///< of the command's own options; "" of a flag

    [[nodiscard]] bool has(const char *option) const { return values.contains(option); }
};

/// All commands.
[[nodiscard]] std::span<const Command> commands();

/// Runs one of @commands as the words of a command line say, the first of which names the program.  Prints help and
/// errors.  Gives the exit status.
[[nodiscard]] int run_line(std::span<const Command> commands, int argc, char **argv);

} // namespace cli
