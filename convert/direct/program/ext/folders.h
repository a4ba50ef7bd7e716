// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/ext/volume.h"
#include <map>
#include <optional>
#include <string>

namespace h2k {

/// The folders of a file system: their names, which are kept in memory, and changes of them.  None of the changes
/// touches inodes; that their times and numbers of links are right is for the caller.
class ExtFolders {
  public:
    explicit ExtFolders(ExtVolume &volume) : volume_(volume) {}

    using Names = std::map<std::string, ext2_ino_t>;
    /// What @folder holds without "." and "..".  Valid until the next call.
    [[nodiscard]] Outcome<const Names *> names(ext2_ino_t folder);
    [[nodiscard]] Outcome<std::optional<ext2_ino_t>> find(ext2_ino_t folder, const std::string &name);

    /// Adds a name for the inode @number of type @mode; there is space, and no such name.
    [[nodiscard]] Outcome<> add(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode);
    [[nodiscard]] Outcome<> remove(ext2_ino_t folder, const std::string &name, ext2_ino_t number);
    /// Lets the existing @name, or "..", mean the inode @number.
    [[nodiscard]] Outcome<> point(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode);
    void forget(ext2_ino_t folder) { known_.erase(folder); }

  private:
    ExtVolume &volume_;
    std::map<ext2_ino_t, Names> known_;
    std::size_t entries_ = 0; ///< ever put in known_ since it was emptied
};

} // namespace h2k
