// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cerrno>
#include <expected>
#include <string>

namespace h2k {

/// Why a request cannot be done, for the job, which writes the message.
struct FsFailure {
    int error = 0;        ///< errno, as in the appliance; 0: the disks need another lane
    std::string text;     ///< a sentence in English, a literal marked by N_() where it says why another lane is needed
    bool journal = false; ///< it may do once e2fsck has replayed the journal of the file system
};

template <typename T = void> using Outcome = std::expected<T, FsFailure>;

[[nodiscard]] inline std::unexpected<FsFailure> failed(int error, std::string text = {}) {
    return std::unexpected(FsFailure{.error = error, .text = std::move(text)});
}
[[nodiscard]] inline std::unexpected<FsFailure> unfit(std::string text) {
    return std::unexpected(FsFailure{.text = std::move(text)});
}

/// What Bytes answered.
[[nodiscard]] inline Outcome<> from_disk(const Result<> &result) {
    if (!result)
        return failed(EIO, result.error().message());
    return {};
}

} // namespace h2k
