// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/image/compress/cluster_codec.h"
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace h2k {

/// Clusters in a row, before and after they are compressed.
struct ClusterBatch {
    std::uint64_t first = 0;            ///< index of the first cluster in the guest's disk
    std::string data;                   ///< whole clusters
    std::string packed;                 ///< what they became, one after the other
    std::vector<std::uint32_t> lengths; ///< in @packed, one a cluster; 0: all zeros; a whole cluster: as it was
    bool done = false;
};

/// Threads that compress batches; they come back in the order in which they went in.
class ClusterPool {
  public:
    /// @cluster: bytes.  @codecs: one a thread.
    ClusterPool(std::size_t cluster, std::vector<std::unique_ptr<ClusterCodec>> codecs);
    ClusterPool(const ClusterPool &) = delete;
    ClusterPool &operator=(const ClusterPool &) = delete;
    ~ClusterPool(); ///< drops what is not compressed yet

    void add(std::unique_ptr<ClusterBatch> batch);
    /// Batches that were added and not taken.
    [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }
    /// Waits for the oldest batch; there must be one.
    [[nodiscard]] std::unique_ptr<ClusterBatch> take();

  private:
    void work(ClusterCodec &codec);
    void compress(ClusterCodec &codec, ClusterBatch &batch) const;

    const std::size_t cluster_;
    std::vector<std::unique_ptr<ClusterCodec>> codecs_;
    std::deque<std::unique_ptr<ClusterBatch>> held_; ///< the owner's alone
    std::mutex mutex_;                               ///< over all that follows, and ClusterBatch::done
    std::condition_variable more_, ready_;
    std::deque<ClusterBatch *> waiting_;
    bool stop_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace h2k
