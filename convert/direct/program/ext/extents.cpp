// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/ext/extents.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

namespace {

std::unexpected<FsFailure> damaged() { return unfit(N_("A file system is damaged.")); }

constexpr std::size_t most_runs = 1 << 20;

/// Collects runs in the order of the file.
class Runs {
  public:
    explicit Runs(const ExtVolume &volume) : blocks_(volume.blocks()), first_(volume.fs()->super->s_first_data_block) {}
    /// False: this cannot be.
    bool add(std::uint64_t logical, std::uint64_t physical, std::uint64_t blocks, bool written) {
        if (blocks == 0 || logical < next_ || physical <= first_ || physical >= blocks_ ||
            blocks > blocks_ - physical || logical > UINT64_MAX / 65536 || runs_.size() >= most_runs)
            return false;
        next_ = logical + blocks;
        if (!written)
            return true;
        auto *last = runs_.empty() ? nullptr : &runs_.back();
        if (last && last->logical + last->blocks == logical && last->physical + last->blocks == physical)
            last->blocks += blocks;
        else
            runs_.push_back({logical, physical, blocks});
        return true;
    }
    std::vector<BlockRun> take() { return std::move(runs_); }

  private:
    std::uint64_t blocks_, first_, next_ = 0;
    std::vector<BlockRun> runs_;
};

/// By extents: Documentation/filesystems/ext4/ifork.rst.
Outcome<> add_extents(const ExtVolume &volume, ext2_ino_t number, ExtInode &inode, Runs &runs) {
    Owned<ext2_extent_handle> handle;
    H2K_CHECK(volume.has_read(ext2fs_extent_open2(volume.fs(), number, inode.old(), out(handle))));
    ext2fs_extent extent{};
    auto error = ext2fs_extent_get(handle.get(), EXT2_EXTENT_ROOT, &extent);
    // The nodes of a tree that names one node many times are as many as one likes.
    for (std::size_t visited = 0; error == 0; ++visited) {
        constexpr unsigned second = EXT2_EXTENT_FLAGS_SECOND_VISIT;
        if (visited > 4 * most_runs)
            return damaged();
        const bool leaf = extent.e_flags & EXT2_EXTENT_FLAGS_LEAF;
        if (leaf && !(extent.e_flags & second) &&
            !runs.add(extent.e_lblk, extent.e_pblk, extent.e_len, !(extent.e_flags & EXT2_EXTENT_FLAGS_UNINIT)))
            return damaged();
        error = ext2fs_extent_get(handle.get(), EXT2_EXTENT_NEXT, &extent);
    }
    if (error == EXT2_ET_EXTENT_NO_NEXT || error == EXT2_ET_NO_CURRENT_NODE)
        return {};
    return volume.has_read(error);
}

struct Iteration {
    Runs &runs;
    std::uint64_t left;
    bool good = true;
};

int add_block(ext2_filsys, blk64_t *block, e2_blkcnt_t count, blk64_t, int, void *data) {
    auto &iteration = *static_cast<Iteration *>(data);
    const bool mapping = count < 0;
    if (iteration.left-- == 0 || (!mapping && !iteration.runs.add(static_cast<std::uint64_t>(count), *block, 1, true)))
        iteration.good = false;
    return iteration.good ? 0 : BLOCK_ABORT;
}

} // namespace

bool is_short_link(const ExtVolume &volume, ExtInode &inode) {
    return S_ISLNK(inode->i_mode) && inode.bytes() < sizeof inode->i_block && !(inode->i_flags & EXT4_EXTENTS_FL) &&
           !ext2fs_inode_has_valid_blocks2(volume.fs(), inode.old());
}

Outcome<std::vector<BlockRun>> block_runs(const ExtVolume &volume, ext2_ino_t number, ExtInode &inode) {
    Runs runs{volume};
    const bool has_blocks =
        S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode) || (S_ISLNK(inode->i_mode) && !is_short_link(volume, inode));
    if (!has_blocks)
        return runs.take();
    if (inode->i_flags & EXT4_EXTENTS_FL) {
        H2K_CHECK(add_extents(volume, number, inode, runs));
        return runs.take();
    }
    Iteration iteration{.runs = runs, .left = volume.blocks()};
    H2K_CHECK(volume.has_read(
        ext2fs_block_iterate3(volume.fs(), number, BLOCK_FLAG_READ_ONLY, nullptr, add_block, &iteration)));
    if (!iteration.good)
        return damaged();
    return runs.take();
}

Outcome<std::string> read_runs(const ExtVolume &volume, const std::vector<BlockRun> &runs, std::uint64_t offset,
                               std::size_t size) {
    std::string bytes(size, '\0');
    const std::uint64_t block = volume.block();
    auto run = std::ranges::upper_bound(runs, offset / block, {}, &BlockRun::logical);
    if (run != runs.begin())
        --run;
    std::string blocks;
    for (; run != runs.end() && run->logical * block < offset + size; ++run) {
        const auto begin = std::max(run->logical * block, offset);
        const auto end = std::min((run->logical + run->blocks) * block, offset + size);
        if (begin >= end)
            continue;
        const auto first = begin / block, count = (end + block - 1) / block - first;
        blocks.resize(count * block);
        H2K_CHECK(volume.has_read(io_channel_read_blk64(volume.fs()->io, run->physical + (first - run->logical),
                                                        static_cast<int>(count), blocks.data())));
        std::copy_n(blocks.data() + (begin - first * block), end - begin, bytes.data() + (begin - offset));
    }
    return bytes;
}

} // namespace h2k
