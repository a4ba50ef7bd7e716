// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <string>
#include <string_view>

namespace h2k {

template <> struct Release<GChecksum> {
    void operator()(GChecksum *p) const noexcept { g_checksum_free(p); }
};

/// A checksum that is computed piece by piece.
class Sum {
  public:
    explicit Sum(GChecksumType algorithm) : sum_(g_checksum_new(algorithm)) {}
    void take(std::string_view bytes) {
        g_checksum_update(sum_.get(), reinterpret_cast<const guchar *>(bytes.data()),
                          static_cast<gssize>(bytes.size()));
    }
    /// Hexadecimal, lower case.  Ends the computation.
    [[nodiscard]] std::string text() const { return g_checksum_get_string(sum_.get()); }

  private:
    Owned<GChecksum> sum_;
};

} // namespace h2k
