// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace h2k {

/// What the command line asks for; see Confinement.
struct Orders {
    std::vector<std::string> readable, writable;
    std::string folder;
    bool unix_sockets = false, namespaces = false, hands_over = false;
    std::string recordings, library, wake, learn;
    std::uint64_t memory = 0, file_size = 0, cpu_seconds = 0;
    bool has_user = false;
    std::uint32_t user = 0, group = 0;
    std::vector<gid_t> groups;
    std::vector<std::string> program; ///< with its arguments
};

/// @words: a command line, "--NAME=VALUE … -- PROGRAM ARGUMENT …", without our own name.
[[nodiscard]] Result<Orders> read_orders(const std::vector<std::string> &words);

} // namespace h2k
