// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/host_file.h"
#include <vector>

namespace h2k {

/// Where files may lie that a source refers to.  A stranger wrote the reference: what it names could be a key of the
/// host or another guest's disk.
class Fence {
  public:
    /// @folder: real path of the source's own.  @below: its sub-folders too, as a package has them; a lone disk has
    /// none, and "/" never has.  @allowed: folders that the user lets be read with all below them.
    Fence(std::string folder, bool below, const std::vector<std::string> &allowed);
    /// One that holds nothing: what is unpacked may need no second file.
    [[nodiscard]] static Fence nothing() { return {"/dev/null", false, {}}; }
    /// May a file with this real path be read?  Nothing hidden is, unless the user allows its folder.
    [[nodiscard]] bool holds(const std::string &real) const;
    /// Opens the file that @by names as @reference: as it is written, seen from @by's folder, or by its last name
    /// beside
    /// @by, since images are moved and their references are not.  '\\' separates names too.
    [[nodiscard]] Result<HostFile> open(const HostFile &by, const std::string &reference) const;

  private:
    std::string folder_;
    bool below_;
    std::vector<std::string> allowed_;
};

} // namespace h2k
