// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/base/notice.h"
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What the text of a VMX file sets.
struct VmxSettings {
    std::map<std::string, std::string, std::less<>> values; ///< by key in lower case; valid UTF-8 without NUL
    std::set<std::string, std::less<>> contradicted;        ///< keys with a later line that sets another value
    mutable std::set<std::string> asked;                    ///< those of them that somebody asked for
    Notices notices;
    /// The value of @key, which is in lower case: that of its first line; "" where it is not set.
    [[nodiscard]] const std::string &operator[](std::string_view key) const;
    /// Is the value one of VMware's words for yes?  @missing: what it is where it is not set.
    [[nodiscard]] bool is_true(std::string_view key, bool missing = false) const;
};

/// Longest VMX file that is read, in bytes; real ones have some 10 KiB.
constexpr std::size_t longest_vmx = 1u << 20;

/// Does @head start like a VMX file?
[[nodiscard]] bool is_vmx(std::string_view head);

/// Parses a VMX file: lines `key = "value"` in the encoding that `.encoding` names, comments after '#', and any byte of
/// a value as '|' with two hexadecimal digits.  VMware describes no grammar; this is what its own programs write and
/// what libvirt reads (https://libvirt.org/drvesx.html, "VMware VMX files").  Keys are the same in any case.
/// @name: what the file is called in messages, printable.  A line that is no setting is H2K_ERROR_SOURCE.  Of a key
/// that is set more than once the first line counts, as for libvirt; Workstation does not start such a machine, and
/// what ESX takes is not documented.
[[nodiscard]] Result<VmxSettings> parse_vmx(std::string_view text, const std::string &name);

} // namespace h2k
