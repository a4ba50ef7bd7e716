// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/ext/folders.h"
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/extents.h"

namespace h2k {

namespace {

std::unexpected<FsFailure> damaged() { return unfit(N_("A file system is damaged.")); }

constexpr std::size_t most_entries = 1 << 20, most_known = 1 << 20;

struct Reading {
    ExtFolders::Names &names;
    std::size_t seen = 0;
    bool good = true;
};

int read_entry(ext2_ino_t, int, ext2_dir_entry *entry, int, int, char *, void *data) {
    auto &reading = *static_cast<Reading *>(data);
    const std::string name{entry->name, static_cast<std::size_t>(ext2fs_dirent_name_len(entry))};
    reading.good = ++reading.seen <= most_entries;
    if (reading.good && entry->inode != 0 && name != "." && name != "..") {
        reading.good = !name.empty() && name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
        reading.names.emplace(name, entry->inode); // of two the kernel sees the first
    }
    return reading.good ? 0 : DIRENT_ABORT;
}

/// <ext2fs/ext2_fs.h>: EXT2_FT_*.
int type_of(unsigned mode) {
    switch (mode & S_IFMT) {
    case S_IFREG: return EXT2_FT_REG_FILE;
    case S_IFDIR: return EXT2_FT_DIR;
    case S_IFCHR: return EXT2_FT_CHRDEV;
    case S_IFBLK: return EXT2_FT_BLKDEV;
    case S_IFIFO: return EXT2_FT_FIFO;
    case S_IFSOCK: return EXT2_FT_SOCK;
    case S_IFLNK: return EXT2_FT_SYMLINK;
    default: return EXT2_FT_UNKNOWN;
    }
}

struct Pointing {
    const std::string &name;
    ext2_ino_t number;
    int type;
    bool done = false;
};

int point_entry(ext2_ino_t, int, ext2_dir_entry *entry, int, int, char *, void *data) {
    auto &pointing = *static_cast<Pointing *>(data);
    const std::string_view name{entry->name, static_cast<std::size_t>(ext2fs_dirent_name_len(entry))};
    if (entry->inode == 0 || name != pointing.name)
        return 0;
    entry->inode = pointing.number;
    if (pointing.type != EXT2_FT_UNKNOWN)
        ext2fs_dirent_set_file_type(entry, pointing.type);
    pointing.done = true;
    return DIRENT_CHANGED | DIRENT_ABORT;
}

} // namespace

Outcome<const ExtFolders::Names *> ExtFolders::names(ext2_ino_t folder) {
    if (const auto known = known_.find(folder); known != known_.end())
        return &known->second;
    auto inode = H2K_TRY(volume_.read_inode(folder));
    if (!S_ISDIR(inode->i_mode))
        return failed(ENOTDIR);
    // Its blocks are checked before libext2fs follows them without an end.
    H2K_CHECK(block_runs(volume_, folder, inode));
    Names names;
    Reading reading{.names = names};
    H2K_CHECK(volume_.has_read(
        ext2fs_dir_iterate2(volume_.fs(), folder, DIRENT_FLAG_INCLUDE_EMPTY, nullptr, read_entry, &reading)));
    if (!reading.good)
        return damaged();
    if (entries_ + names.size() > most_known) {
        known_.clear();
        entries_ = 0;
    }
    entries_ += names.size() + 1;
    return &(known_[folder] = std::move(names));
}

Outcome<std::optional<ext2_ino_t>> ExtFolders::find(ext2_ino_t folder, const std::string &name) {
    const auto &known = *H2K_TRY(names(folder));
    const auto found = known.find(name);
    return found == known.end() ? std::nullopt : std::optional{found->second};
}

Outcome<> ExtFolders::add(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode) {
    auto known = known_.extract(folder); // until it is done
    auto error = ext2fs_link(volume_.fs(), folder, name.c_str(), number, type_of(mode));
    if (error == EXT2_ET_DIR_NO_SPACE) {
        error = ext2fs_expand_dir(volume_.fs(), folder);
        if (error == 0)
            error = ext2fs_link(volume_.fs(), folder, name.c_str(), number, type_of(mode));
    }
    H2K_CHECK(volume_.has_written(error));
    if (known) {
        known.mapped()[name] = number;
        known_.insert(std::move(known));
    }
    return {};
}

Outcome<> ExtFolders::remove(ext2_ino_t folder, const std::string &name, ext2_ino_t number) {
    auto known = known_.extract(folder);
    H2K_CHECK(volume_.has_written(ext2fs_unlink(volume_.fs(), folder, name.c_str(), number, 0)));
    if (known) {
        known.mapped().erase(name);
        known_.insert(std::move(known));
    }
    return {};
}

Outcome<> ExtFolders::point(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode) {
    forget(folder);
    const bool typed = ext2fs_has_feature_filetype(volume_.fs()->super);
    Pointing pointing{.name = name, .number = number, .type = typed ? type_of(mode) : EXT2_FT_UNKNOWN};
    H2K_CHECK(volume_.has_written(ext2fs_dir_iterate2(volume_.fs(), folder, 0, nullptr, point_entry, &pointing)));
    return pointing.done ? Outcome<>{} : volume_.has_written(EXT2_ET_FILE_NOT_FOUND);
}

} // namespace h2k
