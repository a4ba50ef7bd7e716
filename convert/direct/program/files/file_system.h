// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/files/outcome.h"
#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace h2k {

/// One file or folder of a file system, as that numbers them.
using Node = std::uint64_t;

struct NodeStatus {
    unsigned mode = 0; ///< as st_mode
    std::uint32_t uid = 0, gid = 0;
    std::uint64_t bytes = 0;
};

struct NodeTimes {
    timespec access{}, modification{};
};

/// Bytes of a file that are stored, as between two holes.
struct StoredRun {
    std::uint64_t offset = 0, bytes = 0;
};

/// Extended attributes by their names, with the values as they are stored: those of one file system mean the same on
/// another one of its kind alone.
using Attributes = std::map<std::string, std::string>;

/// A mounted file system.  What is wrong with a request is a FsFailure with the errno that the kernel has for it;
/// ENOTSUP: the file system does not store that.  Names are of one part; links are not followed.  What is written is in
/// its device after sync().
class FileSystem {
  public:
    FileSystem() = default;
    FileSystem(const FileSystem &) = delete;
    FileSystem &operator=(const FileSystem &) = delete;
    virtual ~FileSystem();

    [[nodiscard]] virtual Node root() const = 0;
    [[nodiscard]] virtual Outcome<NodeStatus> status(Node node) = 0;
    /// Nullopt: @folder has no such name.
    [[nodiscard]] virtual Outcome<std::optional<Node>> find(Node folder, const std::string &name) = 0;
    /// Names in @folder without "." and "..", in no order.
    [[nodiscard]] virtual Outcome<std::vector<std::string>> list(Node folder) = 0;
    /// What the link @node says.
    [[nodiscard]] virtual Outcome<std::string> link(Node node) = 0;
    /// Of a regular file; fewer bytes only at its end.
    [[nodiscard]] virtual Outcome<std::string> read(Node node, std::uint64_t offset, std::size_t size) = 0;
    /// The next stored bytes of a regular file at or after @offset; nullopt: there are none.
    [[nodiscard]] virtual Outcome<std::optional<StoredRun>> data_from(Node node, std::uint64_t offset) = 0;
    [[nodiscard]] virtual Outcome<NodeTimes> times(Node node) = 0;
    [[nodiscard]] virtual Outcome<Attributes> attributes(Node node) = 0;
    /// Bytes that root may use.
    [[nodiscard]] virtual Outcome<std::uint64_t> free_space() = 0;

    /// A new regular file, empty, root's.  @mode: permissions.
    [[nodiscard]] virtual Outcome<Node> make_file(Node folder, const std::string &name, unsigned mode) = 0;
    [[nodiscard]] virtual Outcome<> make_folder(Node folder, const std::string &name, unsigned mode) = 0;
    [[nodiscard]] virtual Outcome<> make_link(Node folder, const std::string &name, const std::string &to) = 0;
    /// Into a regular file, which grows where needed; all of @content or, where there is no space for it, none.
    [[nodiscard]] virtual Outcome<> write(Node node, std::uint64_t offset, std::string_view content) = 0;
    [[nodiscard]] virtual Outcome<> truncate(Node node, std::uint64_t bytes) = 0;
    /// One name of what is not a folder.
    [[nodiscard]] virtual Outcome<> remove(Node folder, const std::string &name) = 0;
    /// An empty folder.
    [[nodiscard]] virtual Outcome<> remove_folder(Node folder, const std::string &name) = 0;
    /// As rename(2).  The caller has made sure that no folder gets below itself.
    [[nodiscard]] virtual Outcome<> rename(Node from_folder, const std::string &from, Node to_folder,
                                           const std::string &to) = 0;
    [[nodiscard]] virtual Outcome<> set_owner(Node node, std::uint32_t uid, std::uint32_t gid) = 0;
    /// @mode: permissions.
    [[nodiscard]] virtual Outcome<> set_mode(Node node, unsigned mode) = 0;
    [[nodiscard]] virtual Outcome<> set_attribute(Node node, const std::string &name, std::string_view value) = 0;
    [[nodiscard]] virtual Outcome<> set_times(Node node, const NodeTimes &times) = 0;

    /// Discards what no file uses.
    [[nodiscard]] virtual Outcome<> trim() = 0;
    [[nodiscard]] virtual Outcome<> sync() = 0;
};

} // namespace h2k
