// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// Files that got their final names, so that exactly these can be removed.
class PublishedFiles {
  public:
    /// Writes @made to the disk and renames it to @final_path, which must be free and on the same file system.
    [[nodiscard]] Result<> add(const std::string &made, const std::string &final_path);
    /// Removes what was added, unless somebody has put another file in its place.
    void remove_all();

  private:
    /// Distinguishes a file from one that replaced it: an inode number alone is soon reused.
    struct Identity {
        std::uint32_t device_major, device_minor;
        std::uint64_t inode;
        std::int64_t born_seconds;
        std::uint32_t born_nanoseconds;
        bool operator==(const Identity &) const = default;
    };
    struct Entry {
        std::string path;
        Identity identity;
    };
    /// Nothing if @path is not a regular file.
    [[nodiscard]] static std::optional<Identity> identity_of(const std::string &path);
    std::vector<Entry> entries_;
};

} // namespace h2k
