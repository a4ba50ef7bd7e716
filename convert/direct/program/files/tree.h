// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/files/file_system.h"
#include <memory>

namespace h2k {

/// A node of one of the mounted file systems.
struct TreePlace {
    FileSystem *system = nullptr;
    Node node = 0;
    unsigned mode = 0; ///< as st_mode
};

/// The mounted file systems of a guest as one tree.  Paths are absolute; links are followed inside of it.
class Tree {
  public:
    /// One part of a path without links, from the root on, which has no name.
    struct Step {
        std::string name;
        TreePlace place;
    };
    /// Where a path leads.
    struct Way {
        std::vector<Step> steps;
        std::string missing; ///< the last part, where all but that is there
        [[nodiscard]] const TreePlace &end() const { return steps.back().place; }
        [[nodiscard]] std::string path() const;
    };
    /// A name in a folder.
    struct Name {
        TreePlace folder;
        std::string name;
        TreePlace at; ///< no system: there is no such name yet
    };

    /// Puts the root of @system at @path; "/" comes first.  EBUSY: that has one already.
    [[nodiscard]] Outcome<> mount(const std::string &path, FileSystem &system);
    void unmount_all();
    [[nodiscard]] bool is_mounted() const noexcept { return root_ != nullptr; }

    /// ENOENT, ENOTDIR, ELOOP or ENAMETOOLONG where it cannot be followed.  @follow: also its last part.
    [[nodiscard]] Outcome<Way> walk(const std::string &path, bool follow) const;
    /// The same for what must be there.
    [[nodiscard]] Outcome<TreePlace> place_at(const std::string &path, bool follow = true) const;
    /// The name that the last part of @path is, which is not followed.  EBUSY: a file system is mounted there.
    [[nodiscard]] Outcome<Name> name(const std::string &path) const;
    /// Nullopt: nothing there.
    [[nodiscard]] Outcome<std::optional<TreePlace>> find(const std::string &path, bool follow = true) const;

  private:
    [[nodiscard]] Outcome<TreePlace> place_of(FileSystem &system, Node node) const;
    FileSystem *root_ = nullptr;
    std::map<std::pair<FileSystem *, Node>, FileSystem *> mounts_;
};

/// Is it that there is nothing at the path?
[[nodiscard]] bool is_absent(const FsFailure &failure);

} // namespace h2k
