// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <string>
#include <sys/types.h>
#include <vector>

namespace h2k {

/// Where the file is, for the program that gets it alone.
constexpr const char *lent_file = "/dev/fuse";

/// A file that a program gets for as long as it runs.
struct Loan {
    bool writes = false;
    uid_t user = 0; ///< who alone can open it: the program's
    gid_t group = 0;
    unsigned seconds = 0; ///< after so many all of it is killed
    std::vector<std::string>
        server; ///< the command line of what serves the file; its descriptor 0 is the mounted /dev/fuse
    std::vector<std::string> program; ///< the command line of what uses it
};

/// @words: "ro" or "rw", user, group, seconds, the number of the server's words, these, and the program's.
[[nodiscard]] Result<Loan> read_loan(const std::vector<std::string> &words);

/// Mounts the file over /dev/fuse in a mount namespace of this process, which nothing else ever sees, and starts both,
/// which get no power from that: they give up what this process has before they read a byte.  Returns the program's
/// exit status, or 128 + n for signal n.  H2K_ERROR_FAILED where the file could not be made; H2K_ERROR_SOURCE where its
/// server failed.
///
/// Nothing is left, whatever is killed: the kernel ends both with this process, the mount with the last of the three,
/// and the file's calls with the server.
[[nodiscard]] Result<int> lend(const Loan &loan);

/// Can lend() make a file here?  H2K_ERROR_FAILED: no, and why.  This process has a mount namespace of its own then.
[[nodiscard]] Result<> try_to_lend();

} // namespace h2k
