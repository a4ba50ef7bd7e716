// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/disk/disk.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

namespace {

class Joined : public Bytes {
  public:
    explicit Joined(std::vector<DeviceExtent> extents) : extents_(std::move(extents)) {
        for (const auto &extent : extents_) {
            starts_.push_back(size_);
            size_ += extent.length;
        }
    }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] Result<> read(std::uint64_t offset, std::span<char> to) override {
        return for_each(offset, to.size(), [&](Bytes &below, std::uint64_t at, std::uint64_t length) {
            const auto part = to.first(static_cast<std::size_t>(length));
            to = to.subspan(part.size());
            return below.read(at, part);
        });
    }
    [[nodiscard]] Result<> write(std::uint64_t offset, std::string_view from) override {
        return for_each(offset, from.size(), [&](Bytes &below, std::uint64_t at, std::uint64_t length) {
            const auto part = from.substr(0, static_cast<std::size_t>(length));
            from.remove_prefix(part.size());
            return below.write(at, part);
        });
    }
    [[nodiscard]] Result<> discard(std::uint64_t offset, std::uint64_t length) override {
        return for_each(offset, length,
                        [](Bytes &below, std::uint64_t at, std::uint64_t part) { return below.discard(at, part); });
    }
    [[nodiscard]] Result<> flush() override {
        std::vector<Bytes *> all;
        for (const auto &extent : extents_)
            if (std::ranges::find(all, extent.below) == all.end())
                all.push_back(extent.below);
        for (auto *below : all)
            H2K_CHECK(below->flush());
        return {};
    }

    [[nodiscard]] std::vector<DeviceExtent> extents() override {
        std::vector<DeviceExtent> all;
        for (const auto &extent : extents_)
            add_extents(extent, all);
        return all;
    }

  private:
    /// What @extent is on the disks.
    static void add_extents(const DeviceExtent &extent, std::vector<DeviceExtent> &all) {
        auto skip = extent.offset, left = extent.length;
        for (const auto &below : extent.below->extents()) {
            const auto skipped = std::min(skip, below.length), length = std::min(left, below.length - skipped);
            if (length > 0)
                all.push_back({.below = below.below, .offset = below.offset + skipped, .length = length});
            skip -= skipped;
            left -= length;
        }
    }

    /// @act on each part of [@offset, @offset + @length), with the place that it has below.
    template <typename Act> Result<> for_each(std::uint64_t offset, std::uint64_t length, Act act) {
        if (offset > size_ || length > size_ - offset)
            return fail(H2K_ERROR_SOURCE, "%s", _("What is asked for lies beyond the end of a partition or volume."));
        auto at = static_cast<std::size_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin());
        for (at = at > 0 ? at - 1 : 0; length > 0; ++at) {
            const auto &extent = extents_[at];
            const auto within = offset - starts_[at];
            const auto part = std::min(length, extent.length - within);
            if (part > 0)
                H2K_CHECK(act(*extent.below, extent.offset + within, part));
            offset += part;
            length -= part;
        }
        return {};
    }

    std::vector<DeviceExtent> extents_;
    std::vector<std::uint64_t> starts_; ///< of each, in what they are joined to
    std::uint64_t size_ = 0;
};

} // namespace

Bytes::~Bytes() = default;

std::unique_ptr<Bytes> join_extents(std::vector<DeviceExtent> extents) {
    return std::make_unique<Joined>(std::move(extents));
}

} // namespace h2k
