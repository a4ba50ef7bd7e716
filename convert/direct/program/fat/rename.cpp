// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Names of files and folders of a FAT file system, made, moved and removed.
#include "convert/direct/program/fat/fat.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

/// "." or ".." of a folder.
FatSlot self(std::string_view name) {
    FatSlot slot(fat_slot_bytes, '\0');
    slot.replace(0, fat_short_bytes, std::string{name} + std::string(fat_short_bytes - name.size(), ' '));
    slot[fat_attribute_at] = static_cast<char>(fat_folder);
    touch_fat(slot);
    return slot;
}

} // namespace

Outcome<std::uint32_t> Fat::as_parent(Node node) {
    if (node == root_node)
        return 0;
    return first_of(H2K_TRY(entry(node)));
}

Outcome<> Fat::grow_folder(Node node, const FatFolder &folder, std::size_t count) {
    auto chain = H2K_TRY(folder_chain(node));
    if (chain.empty()) // its size is fixed
        return failed(ENOSPC);
    const auto wanted = clusters_for((count - std::min(count, folder.left_at_end())) * fat_slot_bytes);
    if ((chain.size() + wanted) * geometry_.cluster_bytes > FatFolder::most_bytes)
        return failed(ENOSPC);
    const auto added = H2K_TRY(table_.take(wanted));
    H2K_CHECK(clear_runs(bytes_, runs_of(geometry_, added), 0, wanted * geometry_.cluster_bytes));
    table_.link(chain.back(), added.front());
    return {};
}

Outcome<Node> Fat::add(Node node, const std::string &name, const FatSlot &content) {
    auto here = H2K_TRY(folder(node));
    if (here.find(name))
        return failed(EEXIST);
    auto slots = slots_for(name, here.short_names());
    if (!slots)
        return failed(EINVAL);
    auto &entry = slots->back();
    entry.replace(fat_short_bytes, fat_slot_bytes - fat_short_bytes, content, fat_short_bytes);
    entry[12] = '\0'; // the case of another name
    auto first = here.gap(slots->size());
    if (!first) {
        H2K_CHECK(grow_folder(node, here, slots->size()));
        auto grown = H2K_TRY(folder(node));
        first = grown.gap(slots->size());
        if (!first)
            return damaged_fat();
        H2K_CHECK(grown.put(*first, *slots));
        return grown.offset_of(*first + slots->size() - 1);
    }
    H2K_CHECK(here.put(*first, *slots));
    return here.offset_of(*first + slots->size() - 1);
}

Outcome<Node> Fat::make_file(Node node, const std::string &name, unsigned) {
    H2K_CHECK(may_change());
    FatSlot content(fat_slot_bytes, '\0');
    touch_fat(content);
    return add(node, name, content);
}

Outcome<> Fat::make_folder(Node node, const std::string &name, unsigned) {
    H2K_CHECK(may_change());
    const auto parent = H2K_TRY(as_parent(node));
    const auto chain = H2K_TRY(table_.take(1));
    FatSlot content = self("."), above = self("..");
    set_first(content, chain.front());
    set_first(above, parent);
    const auto made = [&]() -> Outcome<> {
        const auto runs = runs_of(geometry_, chain);
        H2K_CHECK(clear_runs(bytes_, runs, 0, geometry_.cluster_bytes));
        H2K_CHECK(write_runs(bytes_, runs, 0, content + above));
        H2K_CHECK(add(node, name, content));
        return {};
    }();
    if (!made)
        table_.give_back(chain);
    return made;
}

Outcome<> Fat::make_link(Node, const std::string &, const std::string &) {
    H2K_CHECK(may_change());
    return failed(EPERM);
}

Outcome<bool> Fat::is_empty(const FatEntry &entry) { return H2K_TRY(folder(entry.offset)).entries().empty(); }

Outcome<> Fat::drop(FatFolder &folder, const FatEntry &entry) {
    const auto chain = H2K_TRY(chain_of(FatSlot{entry.slot}));
    H2K_CHECK(folder.erase(entry));
    table_.give_back(chain);
    return {};
}

Outcome<> Fat::remove(Node node, const std::string &name) {
    H2K_CHECK(may_change());
    auto here = H2K_TRY(folder(node));
    const auto *found = here.find(name);
    if (!found)
        return failed(ENOENT);
    if (is_fat_folder(found->slot))
        return failed(EISDIR);
    return drop(here, *found);
}

Outcome<> Fat::remove_folder(Node node, const std::string &name) {
    H2K_CHECK(may_change());
    auto here = H2K_TRY(folder(node));
    const auto *found = here.find(name);
    if (!found)
        return failed(ENOENT);
    if (!is_fat_folder(found->slot))
        return failed(ENOTDIR);
    if (!H2K_TRY(is_empty(*found)))
        return failed(ENOTEMPTY);
    return drop(here, *found);
}

Outcome<> Fat::check_replaced(const FatEntry &moved, const FatEntry &old) {
    const bool moves_folder = is_fat_folder(moved.slot), has_folder = is_fat_folder(old.slot);
    if (has_folder && !moves_folder)
        return failed(EISDIR);
    if (moves_folder && !has_folder)
        return failed(ENOTDIR);
    if (has_folder && !H2K_TRY(is_empty(old)))
        return failed(ENOTEMPTY);
    return {};
}

Outcome<> Fat::set_parent(const FatSlot &entry, std::uint32_t cluster) {
    constexpr std::size_t number = 1; // of ".."
    const auto runs = runs_of(geometry_, H2K_TRY(chain_of(entry)));
    FatSlot above(fat_slot_bytes, '\0');
    H2K_CHECK(read_runs(bytes_, runs, number * fat_slot_bytes, above));
    if (!above.starts_with(".. "))
        return damaged_fat();
    set_first(above, cluster);
    return write_runs(bytes_, runs, number * fat_slot_bytes, above);
}

Outcome<> Fat::rename(Node from_folder, const std::string &from, Node to_folder, const std::string &to) {
    H2K_CHECK(may_change());
    auto source = H2K_TRY(folder(from_folder));
    const auto *moved = source.find(from);
    if (!moved)
        return failed(ENOENT);
    const FatSlot content{moved->slot};
    auto target = H2K_TRY(folder(to_folder));
    const auto *old = target.find(to);
    const auto slots = slots_for(to, {});
    if (!slots)
        return failed(EINVAL);
    const bool same = old && old->offset == moved->offset;
    if (same && old->name == to)
        return {};
    if (old && !same)
        H2K_CHECK(check_replaced(*moved, *old));
    if (!target.gap(slots->size(), from_folder == to_folder ? moved : nullptr))
        H2K_CHECK(grow_folder(to_folder, target, slots->size()));
    if (is_fat_folder(content) && from_folder != to_folder) {
        const auto parent = H2K_TRY(as_parent(to_folder));
        H2K_CHECK(set_parent(content, parent));
    }
    H2K_CHECK(source.erase(*moved));
    if (old && !same)
        H2K_CHECK(drop(target, *old));
    H2K_CHECK(add(to_folder, to, content));
    return {};
}

} // namespace h2k
