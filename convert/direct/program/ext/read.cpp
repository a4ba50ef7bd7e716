// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is read of an ext file system.
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/attributes.h"
#include "convert/direct/program/ext/ext.h"
#include <algorithm>

namespace h2k {

FileSystem::~FileSystem() = default;

Outcome<std::unique_ptr<FileSystem>> Ext::open(Bytes &bytes, bool read_only) {
    return std::make_unique<Ext>(H2K_TRY(ExtVolume::open(bytes, read_only)), bytes);
}

Outcome<NodeStatus> Ext::status(Node node) {
    const auto inode = H2K_TRY(volume_.read_inode(static_cast<ext2_ino_t>(node)));
    return NodeStatus{.mode = inode->i_mode,
                      .uid = inode->i_uid | static_cast<std::uint32_t>(inode->i_uid_high) << 16,
                      .gid = inode->i_gid | static_cast<std::uint32_t>(inode->i_gid_high) << 16,
                      .bytes = inode.bytes()};
}

Outcome<std::optional<Node>> Ext::find(Node folder, const std::string &name) {
    const auto found = H2K_TRY(folders_.find(static_cast<ext2_ino_t>(folder), name));
    return found ? std::optional<Node>{*found} : std::nullopt;
}

Outcome<std::vector<std::string>> Ext::list(Node folder) {
    std::vector<std::string> names;
    for (const auto &[name, number] : *H2K_TRY(folders_.names(static_cast<ext2_ino_t>(folder))))
        names.push_back(name);
    return names;
}

Outcome<std::string> Ext::link(Node node) {
    const auto number = static_cast<ext2_ino_t>(node);
    auto inode = H2K_TRY(volume_.read_inode(number));
    if (!S_ISLNK(inode->i_mode))
        return failed(EINVAL);
    const auto size = inode.bytes();
    if (inode->i_flags & EXT4_ENCRYPT_FL)
        return unfit(N_("A link is encrypted, which needs the appliance."));
    std::string text;
    if (is_short_link(volume_, inode)) {
        text.assign(reinterpret_cast<const char *>(inode->i_block), size);
    } else if (size < volume_.block()) {
        const auto runs = H2K_TRY(block_runs(volume_, number, inode));
        text = H2K_TRY(read_runs(volume_, runs, 0, size));
    }
    if (text.empty() || text.find('\0') != std::string::npos)
        return unfit(N_("A file system is damaged."));
    return text;
}

Outcome<ExtInode> Ext::regular(Node node) {
    auto inode = H2K_TRY(volume_.read_inode(static_cast<ext2_ino_t>(node)));
    if (S_ISDIR(inode->i_mode))
        return failed(EISDIR);
    if (!S_ISREG(inode->i_mode))
        return failed(EINVAL);
    if (inode->i_flags & (EXT4_ENCRYPT_FL | EXT2_COMPR_FL))
        return unfit(N_("A file is encrypted or compressed, which needs the appliance."));
    return inode;
}

Outcome<const std::vector<BlockRun> *> Ext::runs_of(ext2_ino_t number, ExtInode &inode) {
    if (runs_number_ != number) {
        runs_number_ = 0;
        runs_ = H2K_TRY(block_runs(volume_, number, inode));
        runs_number_ = number;
    }
    return &runs_;
}

Outcome<std::string> Ext::read(Node node, std::uint64_t offset, std::size_t size) {
    auto inode = H2K_TRY(regular(node));
    if (offset >= inode.bytes())
        return std::string{};
    const auto &runs = *H2K_TRY(runs_of(static_cast<ext2_ino_t>(node), inode));
    return read_runs(volume_, runs, offset, std::min<std::uint64_t>(size, inode.bytes() - offset));
}

Outcome<std::optional<StoredRun>> Ext::data_from(Node node, std::uint64_t offset) {
    auto inode = H2K_TRY(regular(node));
    const auto end = inode.bytes();
    const std::uint64_t block = volume_.block();
    const auto &runs = *H2K_TRY(runs_of(static_cast<ext2_ino_t>(node), inode));
    auto run = std::ranges::upper_bound(runs, offset / block, {}, &BlockRun::logical);
    if (run != runs.begin())
        --run;
    for (; run != runs.end(); ++run) {
        const auto begin = std::max(run->logical * block, offset);
        const auto stop = std::min((run->logical + run->blocks) * block, end);
        if (begin < stop)
            return StoredRun{.offset = begin, .bytes = stop - begin};
    }
    return std::nullopt;
}

Outcome<NodeTimes> Ext::times(Node node) {
    const auto inode = H2K_TRY(volume_.read_inode(static_cast<ext2_ino_t>(node)));
    return NodeTimes{.access = inode.accessed(), .modification = inode.modified()};
}

Outcome<Attributes> Ext::attributes(Node node) {
    H2K_CHECK(volume_.read_inode(static_cast<ext2_ino_t>(node)));
    return read_attributes(volume_, static_cast<ext2_ino_t>(node));
}

Outcome<std::uint64_t> Ext::free_space() {
    const auto free = ext2fs_free_blocks_count(volume_.fs()->super);
    return std::min<std::uint64_t>(free, volume_.blocks()) * volume_.block();
}

} // namespace h2k
