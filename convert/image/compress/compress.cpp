// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/compress/compress.h"
#include "convert/base/i18n.h"
#include "convert/image/compress/cluster_pool.h"
#include "convert/image/compress/qcow2_writer.h"
#include "convert/image/nbd/disk.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr auto cluster = Qcow2Writer::cluster;
constexpr std::uint64_t batch_bytes = 16 * cluster;
constexpr std::size_t most_threads = 16; ///< with two batches each, this bounds the memory

/// Reads a disk, has it compressed and writes it, all at the same time.
class Compressor {
  public:
    Compressor(NbdDisk &disk, Qcow2Writer &writer, ClusterPool &pool, std::size_t most_held)
        : disk_(disk), writer_(writer), pool_(pool), most_held_(most_held) {}

    Result<> run(const std::function<void(double)> &fraction) {
        const auto size = disk_.size();
        for (std::uint64_t at = 0; at < size;) {
            const auto run = H2K_TRY(disk_.extent(at));
            const auto end = at + run.length;
            // Only whole clusters can be left out.
            const auto zeros_end = end == size ? end : end - end % cluster;
            if (run.empty && zeros_end > at)
                at = zeros_end;
            else
                at = H2K_TRY(read(at, run.empty ? at + 1 : end));
            if (fraction)
                fraction(static_cast<double>(at) / static_cast<double>(size));
        }
        while (pool_.held() > 0)
            H2K_CHECK(write_oldest());
        return {};
    }

  private:
    /// Reads whole clusters from @at on, until @end is reached or a batch is full; returns where it stopped.
    Result<std::uint64_t> read(std::uint64_t at, std::uint64_t end) {
        if (pool_.held() >= most_held_)
            H2K_CHECK(write_oldest());
        const auto length = std::min(batch_bytes, end - at + (cluster - 1)) / cluster * cluster;
        auto batch = std::make_unique<ClusterBatch>();
        batch->first = at / cluster;
        batch->data.resize(length); // the last cluster of the disk is filled up with zeros
        const auto there = std::min(length, disk_.size() - at);
        H2K_CHECK(disk_.read(at, std::span{batch->data}.first(there)));
        pool_.add(std::move(batch));
        return at + there;
    }

    Result<> write_oldest() {
        const auto batch = pool_.take();
        std::size_t at = 0;
        for (std::size_t i = 0; i < batch->lengths.size(); ++i) {
            const std::size_t length = batch->lengths[i];
            if (length > 0)
                H2K_CHECK(writer_.put(batch->first + i, std::string_view{batch->packed}.substr(at, length)));
            at += length;
        }
        return {};
    }

    NbdDisk &disk_;
    Qcow2Writer &writer_;
    ClusterPool &pool_;
    std::size_t most_held_;
};

} // namespace

Result<> compress_image(const Conversion &order, const std::function<void(double)> &fraction, GCancellable *cancel) {
    auto disk = H2K_TRY(NbdDisk::open(order.from, NbdDisk::Access::read, cancel));
    auto writer = H2K_TRY(Qcow2Writer::create(order.to, disk.size(), order.compression));
    const auto threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
    std::vector<std::unique_ptr<ClusterCodec>> codecs;
    for (std::size_t i = 0; i < threads; ++i) {
        codecs.push_back(cluster_codec(order.compression, order.level));
        if (!codecs.back())
            return fail(H2K_ERROR_FAILED, _("There is no memory to compress with %s."), name_of(order.compression));
    }
    ClusterPool pool{cluster, std::move(codecs)};
    H2K_CHECK((Compressor{disk, writer, pool, 2 * threads}.run(fraction)));
    H2K_CHECK(writer.finish());
    return disk.finish();
}

} // namespace h2k
