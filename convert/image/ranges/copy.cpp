// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/ranges/copy.h"
#include "convert/base/zeros.h"
#include "convert/image/ranges/map.h"
#include "convert/image/ranges/qcow2_writer.h"
#include "convert/image/target_error.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::uint64_t most_at_once = 16u << 20; ///< between two looks at a cancellation
constexpr auto cluster = Qcow2Writer::cluster_bytes;
constexpr std::uint64_t sector = 512;

bool is_wanted(const Conversion &order) {
    const auto bytes = order.from.top.bytes;
    return order.format == DiskFormat::qcow2 && order.compression == Compression::none &&
           order.preallocation == Preallocation::off && bytes > 0 && bytes % sector == 0 &&
           bytes <= Qcow2Writer::most_bytes;
}

bool is_full(int why) { return why == ENOSPC || why == EDQUOT || why == EFBIG; }

/// Most data are seen not to be zeros by their first bytes.
bool is_zero(int file, std::uint64_t offset, std::uint64_t length) {
    std::array<char, cluster> bytes;
    for (const auto count : {std::min<std::uint64_t>(length, 64), length}) {
        const auto size = static_cast<std::size_t>(count);
        if (pread(file, bytes.data(), size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size) ||
            !is_all_zeros({bytes.data(), size}))
            return false;
    }
    return true;
}

/// The copy of one disk.  Ranges that lie side by side in both files are copied in one piece.
class RangeCopy {
  public:
    RangeCopy(HeldFile to, std::string path, std::uint64_t disk_bytes, std::function<Result<>(std::uint64_t)> went_on)
        : writer_(to, path, disk_bytes), to_(std::move(to)), path_(std::move(path)), went_on_(std::move(went_on)) {}

    /// False: the kernel cannot.
    Result<bool> add(const FileRange &range) {
        for (std::uint64_t done = 0; done < range.length;) {
            const auto start = range.start + done, within = start % cluster;
            const auto length = std::min(range.length - done, cluster - within);
            const auto offset = range.offset + done;
            done += length;
            if (!writer_.is_last(start / cluster) && is_zero(range.file.get(), offset, length))
                continue;
            const auto to = H2K_TRY(writer_.place_of(start / cluster)) + within;
            const bool goes_on = range.file == from_ && offset == offset_ + length_ && to == at_ + length_;
            if (!goes_on || length_ >= most_at_once) {
                if (!H2K_TRY(copy()))
                    return false;
                from_ = range.file;
                offset_ = offset;
                at_ = to;
            }
            length_ += length;
        }
        return true;
    }
    Result<bool> finish() {
        if (!H2K_TRY(copy()))
            return false;
        H2K_CHECK(writer_.finish());
        return true;
    }

  private:
    Result<bool> copy() {
        auto from = static_cast<off_t>(offset_), to = static_cast<off_t>(at_);
        const auto length = length_;
        while (length_ > 0) {
            const auto copied = copy_file_range(from_.get(), &from, to_.get(), &to, length_, 0);
            if (copied < 0 && errno == EINTR)
                continue;
            if (copied < 0 && is_full(errno))
                return cannot_write(path_, errno);
            if (copied <= 0)
                return false;
            length_ -= static_cast<std::uint64_t>(copied);
        }
        // What is to be on the disk at the end can be on its way there.
        (void)sync_file_range(to_.get(), static_cast<off_t>(at_), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE);
        H2K_CHECK(went_on_(length));
        return true;
    }

    Qcow2Writer writer_;
    HeldFile to_;
    std::string path_;
    std::function<Result<>(std::uint64_t)> went_on_;
    HeldFile from_; ///< with what follows, what is not copied yet
    std::uint64_t offset_ = 0, at_ = 0, length_ = 0;
};

} // namespace

Result<bool> copy_ranges(const Conversion &order, const HeldFile &to, const std::function<void(double)> &fraction,
                         GCancellable *cancel) {
    if (!is_wanted(order))
        return false;
    const auto ranges = H2K_TRY(map_disk(order.from, cancel));
    if (!ranges)
        return false;
    std::uint64_t all = 0, done = 0;
    for (const auto &range : *ranges)
        all += range.length;
    RangeCopy copy{to, order.to, order.from.top.bytes, [&](std::uint64_t more) -> Result<> {
                       done += more;
                       if (fraction && done < all)
                           fraction(static_cast<double>(done) / static_cast<double>(all));
                       return check_cancelled(cancel);
                   }};
    bool possible = true;
    for (auto range = ranges->begin(); possible && range != ranges->end(); ++range)
        possible = H2K_TRY(copy.add(*range));
    possible = possible && H2K_TRY(copy.finish());
    if (!possible && ftruncate(to.get(), 0) != 0)
        return cannot_write(order.to, errno);
    if (possible && fraction)
        fraction(1);
    return possible;
}

} // namespace h2k
