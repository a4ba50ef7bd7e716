// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/direct/program/fat/fat.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

Outcome<std::unique_ptr<FileSystem>> Fat::open(Bytes &bytes, bool read_only) {
    const auto geometry = H2K_TRY(read_geometry(bytes));
    if (!geometry.was_closed && !read_only)
        return unfit(N_("A file system was not unmounted properly, which needs the appliance."));
    auto table = H2K_TRY(FatTable::load(bytes, geometry));
    return std::make_unique<Fat>(bytes, geometry, std::move(table), read_only);
}

Outcome<FatSlot> Fat::entry(Node node) {
    FatSlot slot(fat_slot_bytes, '\0');
    H2K_CHECK(from_disk(bytes_.read(node, slot)));
    return slot;
}

Outcome<FatSlot> Fat::file(Node node) {
    if (node == root_node)
        return failed(EISDIR);
    auto slot = H2K_TRY(entry(node));
    if (is_fat_folder(slot))
        return failed(EISDIR);
    return slot;
}

std::uint64_t Fat::clusters_for(std::uint64_t bytes) const {
    return (bytes + geometry_.cluster_bytes - 1) / geometry_.cluster_bytes;
}

Outcome<FatChain> Fat::chain_of(const FatSlot &entry) const {
    const auto first = first_of(entry);
    auto chain = first == 0 ? FatChain{} : H2K_TRY(table_.chain(first));
    if (!is_fat_folder(entry) && chain.size() < clusters_for(fat_file_bytes(entry)))
        return damaged_fat();
    return chain;
}

Outcome<FatChain> Fat::folder_chain(Node node) {
    if (node == root_node)
        return geometry_.kind == FatKind::fat32 ? table_.chain(geometry_.root_cluster) : FatChain{};
    const auto slot = H2K_TRY(entry(node));
    if (!is_fat_folder(slot))
        return failed(ENOTDIR);
    auto chain = H2K_TRY(chain_of(slot));
    if (chain.empty())
        return damaged_fat();
    return chain;
}

Outcome<FatFolder> Fat::folder(Node node) {
    if (node == root_node && geometry_.kind != FatKind::fat32)
        return FatFolder::load(bytes_, {{.offset = geometry_.root_offset, .bytes = geometry_.root_bytes}});
    const auto chain = H2K_TRY(folder_chain(node));
    return FatFolder::load(bytes_, runs_of(geometry_, chain));
}

Outcome<NodeStatus> Fat::status(Node node) {
    constexpr unsigned all = 0755, writing = 0222;
    if (node == root_node)
        return NodeStatus{.mode = S_IFDIR | all, .bytes = geometry_.cluster_bytes};
    const auto slot = H2K_TRY(entry(node));
    if (is_fat_folder(slot))
        return NodeStatus{.mode = S_IFDIR | all, .bytes = geometry_.cluster_bytes};
    const bool fixed = (slot[fat_attribute_at] & fat_read_only) != 0;
    return NodeStatus{.mode = S_IFREG | (fixed ? all & ~writing : all), .bytes = fat_file_bytes(slot)};
}

Outcome<std::optional<Node>> Fat::find(Node node, const std::string &name) {
    const auto here = H2K_TRY(folder(node));
    const auto *found = here.find(name);
    return found ? std::optional<Node>{found->offset} : std::nullopt;
}

Outcome<std::vector<std::string>> Fat::list(Node node) {
    const auto here = H2K_TRY(folder(node));
    std::vector<std::string> names;
    for (const auto &entry : here.entries())
        names.push_back(entry.name);
    return names;
}

Outcome<std::string> Fat::link(Node) { return failed(EINVAL); }

Outcome<std::string> Fat::read(Node node, std::uint64_t offset, std::size_t size) {
    const auto slot = H2K_TRY(file(node));
    const std::uint64_t bytes = fat_file_bytes(slot);
    if (offset >= bytes || size == 0)
        return std::string{};
    const auto chain = H2K_TRY(chain_of(slot));
    std::string content(std::min<std::uint64_t>(size, bytes - offset), '\0');
    H2K_CHECK(read_runs(bytes_, runs_of(geometry_, chain), offset, content));
    return content;
}

Outcome<std::optional<StoredRun>> Fat::data_from(Node node, std::uint64_t offset) {
    const std::uint64_t bytes = fat_file_bytes(H2K_TRY(file(node)));
    return offset < bytes ? std::optional{StoredRun{.offset = offset, .bytes = bytes - offset}} : std::nullopt;
}

Outcome<NodeTimes> Fat::times(Node node) {
    if (node == root_node)
        return NodeTimes{};
    return fat_times(H2K_TRY(entry(node)));
}

Outcome<Attributes> Fat::attributes(Node) { return Attributes{}; }

Outcome<std::uint64_t> Fat::free_space() { return std::uint64_t{table_.unused()} * geometry_.cluster_bytes; }

} // namespace h2k
