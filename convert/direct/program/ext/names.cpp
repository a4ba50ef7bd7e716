// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Changes of folders of an ext file system: what is made, removed and renamed.
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/attributes.h"
#include "convert/direct/program/ext/ext.h"

namespace h2k {

namespace {

constexpr unsigned permissions = 07777;
/// The kernel's ext4_ext.h, EXT4_LINK_MAX; a folder with more has 1 there, with the feature dir_nlink.
constexpr unsigned most_links = 65000;
/// What a new file has of its folder: the kernel's EXT4_FL_INHERITED, as far as it means something to it.
constexpr std::uint32_t inherited =
    EXT2_SYNC_FL | EXT2_NODUMP_FL | EXT2_NOATIME_FL | EXT3_JOURNAL_DATA_FL | EXT2_NOTAIL_FL | EXT2_DIRSYNC_FL;
constexpr std::uint32_t inherited_by_links = EXT2_NODUMP_FL | EXT2_NOATIME_FL;

/// For a new name: a block of the folder, and two more of its index.
constexpr std::uint64_t folder_blocks = 3;

} // namespace

Outcome<Ext::Named> Ext::named(ext2_ino_t folder, const std::string &name) {
    H2K_CHECK(volume_.begin_change());
    const auto inside = H2K_TRY(volume_.read_inode(folder));
    if (inside->i_flags & (EXT2_IMMUTABLE_FL | EXT2_APPEND_FL))
        return failed(EPERM);
    const auto number = H2K_TRY(folders_.find(folder, name));
    if (!number)
        return failed(ENOENT);
    return Named{.number = *number, .inode = H2K_TRY(changeable(*number))};
}

Outcome<ExtInode> Ext::check_new(ext2_ino_t folder, const std::string &name, std::uint64_t blocks) {
    H2K_CHECK(volume_.begin_change());
    auto inside = H2K_TRY(volume_.read_inode(folder));
    if (inside->i_flags & EXT2_IMMUTABLE_FL)
        return failed(EPERM);
    if (name.size() > EXT2_NAME_LEN)
        return failed(ENAMETOOLONG);
    if (H2K_TRY(folders_.find(folder, name)))
        return failed(EEXIST);
    if (H2K_TRY(has_default_list(volume_, folder)))
        return unfit(N_("New files of a folder get an access control list, which needs the appliance."));
    H2K_CHECK(volume_.check_space(blocks + folder_blocks, 1));
    return inside;
}

Outcome<ext2_ino_t> Ext::new_inode(ext2_ino_t folder, unsigned mode) {
    ext2_ino_t number = 0;
    const auto error = ext2fs_new_inode(volume_.fs(), folder, static_cast<int>(mode), nullptr, &number);
    if (error == EXT2_ET_INODE_ALLOC_FAIL)
        return failed(ENOSPC);
    H2K_CHECK(volume_.has_read(error));
    return number;
}

Outcome<> Ext::touch(ext2_ino_t folder, int links) {
    auto inode = H2K_TRY(volume_.read_inode(folder));
    // 1: of so many that they are not counted.
    if (inode->i_links_count > 1)
        inode->i_links_count = static_cast<std::uint16_t>(inode->i_links_count + links);
    const auto now = time_now();
    inode.set_modified(now);
    inode.set_changed(now);
    return volume_.write_inode(folder, inode);
}

Outcome<> Ext::finish_new(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode) {
    const auto inside = H2K_TRY(volume_.read_inode(folder));
    auto inode = H2K_TRY(volume_.read_inode(number));
    const bool same_group = inside->i_mode & S_ISGID;
    inode->i_mode = static_cast<std::uint16_t>(mode | (same_group && S_ISDIR(mode) ? S_ISGID : 0));
    if (same_group) {
        inode->i_gid = inside->i_gid;
        inode->i_gid_high = inside->i_gid_high;
    }
    inode->i_flags |= inside->i_flags & (S_ISLNK(mode)   ? inherited_by_links
                                         : S_ISDIR(mode) ? inherited
                                                         : inherited & ~static_cast<std::uint32_t>(EXT2_DIRSYNC_FL));
    const auto now = time_now();
    inode.set_accessed(now);
    inode.set_modified(now);
    inode.set_changed(now);
    H2K_CHECK(volume_.write_inode(number, inode));
    H2K_CHECK(folders_.add(folder, name, number, mode));
    H2K_CHECK(touch(folder, S_ISDIR(mode) ? 1 : 0));
    return volume_.finish();
}

Outcome<Node> Ext::make_file(Node folder, const std::string &name, unsigned mode) {
    const auto inside = static_cast<ext2_ino_t>(folder);
    H2K_CHECK(check_new(inside, name, 0));
    const auto number = H2K_TRY(new_inode(inside, S_IFREG));
    volume_.start();
    ext2_inode inode{};
    inode.i_mode = S_IFREG | 0600;
    inode.i_links_count = 1;
    if (volume_.has_extents()) {
        inode.i_flags = EXT4_EXTENTS_FL;
        Owned<ext2_extent_handle> header; // writes an empty one
        H2K_CHECK(volume_.has_read(ext2fs_extent_open2(volume_.fs(), number, &inode, out(header))));
    }
    H2K_CHECK(volume_.has_written(ext2fs_write_new_inode(volume_.fs(), number, &inode)));
    ext2fs_inode_alloc_stats2(volume_.fs(), number, +1, 0);
    H2K_CHECK(finish_new(inside, name, number, S_IFREG | (mode & permissions)));
    return number;
}

Outcome<> Ext::make_folder(Node folder, const std::string &name, unsigned mode) {
    const auto inside = static_cast<ext2_ino_t>(folder);
    const auto above = H2K_TRY(check_new(inside, name, 1));
    if (above->i_links_count >= most_links - 1)
        return unfit(N_("A folder has very many folders, which needs the appliance."));
    const auto number = H2K_TRY(new_inode(inside, S_IFDIR));
    volume_.start();
    H2K_CHECK(volume_.has_written(ext2fs_mkdir(volume_.fs(), inside, number, nullptr)));
    // That has counted the link; touch() does so too, where it is counted at all.
    auto again = H2K_TRY(volume_.read_inode(inside));
    again->i_links_count = above->i_links_count;
    H2K_CHECK(volume_.write_inode(inside, again));
    return finish_new(inside, name, number, S_IFDIR | (mode & permissions));
}

Outcome<> Ext::make_link(Node folder, const std::string &name, const std::string &to) {
    const auto inside = static_cast<ext2_ino_t>(folder);
    if (to.empty())
        return failed(ENOENT);
    if (to.size() >= volume_.block())
        return failed(ENAMETOOLONG);
    H2K_CHECK(check_new(inside, name, 1));
    const auto number = H2K_TRY(new_inode(inside, S_IFLNK));
    volume_.start();
    H2K_CHECK(volume_.has_written(ext2fs_symlink(volume_.fs(), inside, number, nullptr, to.c_str())));
    return finish_new(inside, name, number, S_IFLNK | 0777);
}

Outcome<> Ext::drop(ext2_ino_t number, ExtInode inode) {
    const bool folder = S_ISDIR(inode->i_mode);
    inode.set_changed(time_now());
    if (!folder && inode->i_links_count > 1) {
        --inode->i_links_count;
        return volume_.write_inode(number, inode);
    }
    if (runs_number_ == number)
        runs_number_ = 0;
    folders_.forget(number);
    H2K_CHECK(block_runs(volume_, number, inode)); // before libext2fs follows them
    H2K_CHECK(free_attributes(volume_, number, inode));
    const bool short_link = is_short_link(volume_, inode);
    if (!short_link && ext2fs_inode_has_valid_blocks2(volume_.fs(), inode.old())) {
        H2K_CHECK(volume_.write_inode(number, inode));
        H2K_CHECK(volume_.has_written(ext2fs_punch(volume_.fs(), number, inode.old(), nullptr, 0, ~0ull)));
    }
    inode->i_links_count = 0;
    inode->i_size = inode->i_size_high = 0;
    inode->i_dtime = static_cast<std::uint32_t>(time_now().tv_sec);
    H2K_CHECK(volume_.write_inode(number, inode));
    ext2fs_inode_alloc_stats2(volume_.fs(), number, -1, folder);
    return {};
}

Outcome<> Ext::remove(Node folder, const std::string &name) {
    const auto inside = static_cast<ext2_ino_t>(folder);
    auto found = H2K_TRY(named(inside, name));
    if (S_ISDIR(found.inode->i_mode))
        return failed(EISDIR);
    volume_.start();
    H2K_CHECK(folders_.remove(inside, name, found.number));
    H2K_CHECK(touch(inside));
    H2K_CHECK(drop(found.number, std::move(found.inode)));
    return volume_.finish();
}

Outcome<> Ext::remove_folder(Node folder, const std::string &name) {
    const auto inside = static_cast<ext2_ino_t>(folder);
    auto found = H2K_TRY(named(inside, name));
    if (!S_ISDIR(found.inode->i_mode))
        return failed(ENOTDIR);
    if (!H2K_TRY(folders_.names(found.number))->empty())
        return failed(ENOTEMPTY);
    volume_.start();
    H2K_CHECK(folders_.remove(inside, name, found.number));
    H2K_CHECK(touch(inside, -1));
    H2K_CHECK(drop(found.number, std::move(found.inode)));
    return volume_.finish();
}

Outcome<> Ext::replace(const Named &moved, ext2_ino_t folder, const std::string &name, Named old) {
    const bool is_folder = S_ISDIR(moved.inode->i_mode);
    if (S_ISDIR(old.inode->i_mode) != is_folder)
        return failed(is_folder ? ENOTDIR : EISDIR);
    if (is_folder && !H2K_TRY(folders_.names(old.number))->empty())
        return failed(ENOTEMPTY);
    volume_.start();
    H2K_CHECK(folders_.point(folder, name, moved.number, moved.inode->i_mode));
    H2K_CHECK(touch(folder, is_folder ? -1 : 0));
    return drop(old.number, std::move(old.inode));
}

Outcome<> Ext::rename(Node from_folder, const std::string &from, Node to_folder, const std::string &to) {
    const auto source = static_cast<ext2_ino_t>(from_folder), target = static_cast<ext2_ino_t>(to_folder);
    auto moved = H2K_TRY(named(source, from));
    const bool is_folder = S_ISDIR(moved.inode->i_mode);
    if (auto old = H2K_TRY(folders_.find(target, to))) {
        if (*old == moved.number)
            return {};
        auto replaced = H2K_TRY(named(target, to));
        H2K_CHECK(replace(moved, target, to, std::move(replaced)));
    } else {
        const auto above = H2K_TRY(volume_.read_inode(target));
        if (above->i_flags & EXT2_IMMUTABLE_FL)
            return failed(EPERM);
        if (to.size() > EXT2_NAME_LEN)
            return failed(ENAMETOOLONG);
        H2K_CHECK(volume_.check_space(folder_blocks));
        volume_.start();
        H2K_CHECK(folders_.add(target, to, moved.number, moved.inode->i_mode));
        H2K_CHECK(touch(target));
    }
    H2K_CHECK(folders_.remove(source, from, moved.number));
    const bool elsewhere = is_folder && source != target;
    if (elsewhere) {
        H2K_CHECK(folders_.point(moved.number, "..", target, S_IFDIR));
        H2K_CHECK(touch(target, +1));
    }
    H2K_CHECK(touch(source, elsewhere ? -1 : 0));
    moved.inode = H2K_TRY(volume_.read_inode(moved.number));
    moved.inode.set_changed(time_now());
    H2K_CHECK(volume_.write_inode(moved.number, moved.inode));
    return volume_.finish();
}

} // namespace h2k
