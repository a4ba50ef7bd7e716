// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/request.h"
#include <memory>
#include <span>
#include <string_view>

namespace h2k {

/// Compresses clusters of a qcow2 image, each on its own; for one thread.
class ClusterCodec {
  public:
    virtual ~ClusterCodec() = default;
    /// Bytes written to @to; 0: they would be more than there is room for.
    [[nodiscard]] virtual std::size_t compress(std::string_view cluster, std::span<char> to) = 0;
};

/// Levels that a codec knows: 1 is the fastest.
[[nodiscard]] int highest_level(Compression compression);

/// Null only where there is no memory.
[[nodiscard]] std::unique_ptr<ClusterCodec> cluster_codec(Compression compression, int level);

} // namespace h2k
