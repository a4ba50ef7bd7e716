// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/guest.h"
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What names a distribution, in the terms of os-release(5); each text may be empty.
struct OsRelease {
    std::string id;          ///< ID
    std::string like;        ///< ID_LIKE
    std::string version;     ///< VERSION_ID
    std::string pretty_name; ///< PRETTY_NAME
};

/// Reads the text of an os-release(5) file: shell-compatible assignments, quotes and escapes undone.
[[nodiscard]] OsRelease parse_os_release(std::string_view text);
/// Reads /etc/debian_version ("7.11", "bookworm/sid").
[[nodiscard]] OsRelease parse_debian_version(std::string_view text);
/// Reads /etc/redhat-release ("CentOS release 6.10 (Final)").
[[nodiscard]] OsRelease parse_redhat_release(std::string_view text);
/// What the guest itself says, from the first of these files that it has; all empty where it has none.
[[nodiscard]] Result<OsRelease> read_os_release(const GuestView &guest, Notices &notices);

} // namespace h2k
