// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <set>
#include <string>
#include <string_view>

namespace h2k {

/// Members that an archive may have at most, including folders.
constexpr std::size_t most_members = 4096;

/// A member's name in its normal form: without "./", "//" and a last '/'.  H2K_ERROR_SOURCE for one that is empty,
/// starts at the root, goes up or holds control characters.  @archive: its name, safe to print.
[[nodiscard]] Result<std::string> member_name(std::string_view raw, const std::string &archive);

/// The names of one archive.
class MemberNames {
  public:
    explicit MemberNames(std::string archive) : archive_(std::move(archive)) {}
    /// Takes a file's @name, in the form of member_name().  H2K_ERROR_SOURCE for a duplicate: two readers of the
    /// archive could see different files.  Disks must not differ in case alone either.
    [[nodiscard]] Result<> add(const std::string &name);
    /// Counts a member of any kind.
    [[nodiscard]] Result<> count();

  private:
    std::string archive_;
    std::set<std::string> names_, disks_;
    std::size_t count_ = 0;
};

} // namespace h2k
