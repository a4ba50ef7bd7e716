// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Changes of files of a FAT file system.
#include "convert/direct/program/fat/fat.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

constexpr std::uint64_t largest_file = UINT32_MAX;
constexpr std::uint64_t least_trimmed = 64 << 10; ///< a cluster of qcow2

} // namespace

Outcome<> Fat::may_change() const {
    if (read_only_)
        return failed(EROFS);
    return {};
}

Outcome<> Fat::grow(FatSlot &entry, FatChain &chain, std::uint64_t wanted) {
    if (wanted == 0)
        return {};
    const auto added = H2K_TRY(table_.take(wanted));
    if (chain.empty())
        set_first(entry, added.front());
    else
        table_.link(chain.back(), added.front());
    chain.insert(chain.end(), added.begin(), added.end());
    return {};
}

Outcome<> Fat::write(Node node, std::uint64_t offset, std::string_view content) {
    H2K_CHECK(may_change());
    auto slot = H2K_TRY(file(node));
    if (content.empty())
        return {};
    if (offset > largest_file || content.size() > largest_file - offset)
        return failed(EFBIG);
    const std::uint64_t size = fat_file_bytes(slot), end = offset + content.size();
    auto chain = H2K_TRY(chain_of(slot));
    const auto wanted = clusters_for(end);
    H2K_CHECK(grow(slot, chain, wanted > chain.size() ? wanted - chain.size() : 0));
    const auto runs = runs_of(geometry_, chain);
    if (offset > size)
        H2K_CHECK(clear_runs(bytes_, runs, size, offset - size));
    H2K_CHECK(write_runs(bytes_, runs, offset, content));
    set_fat_file_bytes(slot, std::max(size, end));
    touch_fat(slot);
    return store(node, slot);
}

Outcome<> Fat::truncate(Node node, std::uint64_t bytes) {
    H2K_CHECK(may_change());
    auto slot = H2K_TRY(file(node));
    if (bytes > largest_file)
        return failed(EFBIG);
    const std::uint64_t size = fat_file_bytes(slot);
    auto chain = H2K_TRY(chain_of(slot));
    const auto wanted = clusters_for(bytes);
    if (wanted > chain.size())
        H2K_CHECK(grow(slot, chain, wanted - chain.size()));
    if (bytes > size)
        H2K_CHECK(clear_runs(bytes_, runs_of(geometry_, chain), size, bytes - size));
    if (wanted < chain.size()) {
        table_.give_back({chain.begin() + static_cast<std::ptrdiff_t>(wanted), chain.end()});
        if (wanted == 0)
            set_first(slot, 0);
        else
            table_.link(chain[wanted - 1], 0);
    }
    set_fat_file_bytes(slot, bytes);
    touch_fat(slot);
    return store(node, slot);
}

Outcome<> Fat::set_owner(Node, std::uint32_t uid, std::uint32_t gid) {
    H2K_CHECK(may_change());
    if (uid != 0 || gid != 0)
        return failed(ENOTSUP);
    return {};
}

Outcome<> Fat::set_mode(Node node, unsigned mode) {
    H2K_CHECK(may_change());
    constexpr unsigned permissions = 07777;
    if (((H2K_TRY(status(node))).mode & permissions) != mode)
        return failed(ENOTSUP);
    return {};
}

Outcome<> Fat::set_attribute(Node, const std::string &, std::string_view) {
    H2K_CHECK(may_change());
    return failed(ENOTSUP);
}

Outcome<> Fat::set_times(Node node, const NodeTimes &times) {
    H2K_CHECK(may_change());
    if (node == root_node)
        return failed(EPERM);
    auto slot = H2K_TRY(entry(node));
    set_fat_times(slot, times);
    return store(node, slot);
}

Outcome<> Fat::trim() {
    H2K_CHECK(may_change());
    FatChain unused;
    for (std::uint32_t i = 0; i < geometry_.clusters; ++i)
        if (const auto cluster = FatGeometry::first_cluster + i; table_.is_free(cluster))
            unused.push_back(cluster);
    for (const auto &run : runs_of(geometry_, unused))
        if (run.bytes >= least_trimmed)
            H2K_CHECK(from_disk(bytes_.discard(run.offset, run.bytes)));
    return {};
}

Outcome<> Fat::sync() {
    if (read_only_)
        return {};
    H2K_CHECK(table_.store(bytes_));
    return from_disk(bytes_.flush());
}

} // namespace h2k
