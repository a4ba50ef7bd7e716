// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/plans.h"
#include <functional>

namespace h2k {

/// Hexadecimal digest of @pieces, read once from front to back.  @wait is called between reads with the fraction that
/// is done; it may block, so that this reader keeps pace with another of the same bytes and shares the page cache.
[[nodiscard]] Result<std::string> digest_of(const std::vector<Piece> &pieces, GChecksumType algorithm,
                                            const std::function<void(double)> &wait, GCancellable *cancel);

/// H2K_ERROR_SOURCE if @found differs from the digest in the manifest.
[[nodiscard]] Result<> require_digest(const Digest &promised, const std::string &found);

} // namespace h2k
