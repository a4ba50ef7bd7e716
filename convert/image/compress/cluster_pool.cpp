// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/compress/cluster_pool.h"
#include "convert/image/zeros.h"

namespace h2k {

ClusterPool::ClusterPool(std::size_t cluster, std::vector<std::unique_ptr<ClusterCodec>> codecs)
    : cluster_(cluster), codecs_(std::move(codecs)) {
    for (auto &codec : codecs_)
        threads_.emplace_back([this, &codec] { work(*codec); });
}

ClusterPool::~ClusterPool() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    more_.notify_all();
    threads_.clear();
}

void ClusterPool::add(std::unique_ptr<ClusterBatch> batch) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(batch.get());
    }
    held_.push_back(std::move(batch));
    more_.notify_one();
}

std::unique_ptr<ClusterBatch> ClusterPool::take() {
    auto batch = std::move(held_.front());
    held_.pop_front();
    std::unique_lock lock{mutex_};
    ready_.wait(lock, [&] { return batch->done; });
    return batch;
}

void ClusterPool::work(ClusterCodec &codec) {
    std::unique_lock lock{mutex_};
    for (;;) {
        more_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
        if (stop_)
            return;
        auto &batch = *waiting_.front();
        waiting_.pop_front();
        lock.unlock();
        compress(codec, batch);
        lock.lock();
        batch.done = true;
        ready_.notify_one();
    }
}

void ClusterPool::compress(ClusterCodec &codec, ClusterBatch &batch) const {
    std::string room(cluster_ - 1, '\0'); // no smaller than it was is no use
    for (std::size_t at = 0; at < batch.data.size(); at += cluster_) {
        const auto cluster = std::string_view{batch.data}.substr(at, cluster_);
        std::string_view kept;
        if (!is_all_zeros(cluster)) {
            const auto n = codec.compress(cluster, room);
            kept = n > 0 ? std::string_view{room}.substr(0, n) : cluster;
        }
        batch.packed += kept;
        batch.lengths.push_back(static_cast<std::uint32_t>(kept.size()));
    }
    batch.data.clear();
    batch.data.shrink_to_fit();
}

} // namespace h2k
