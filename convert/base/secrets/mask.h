// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// What stands in place of a secret.
inline constexpr std::string_view hidden = "[hidden]";

/// @text with every secret that its form gives away as "[hidden]", each line by itself: values of password=, psk:,
/// wpa-psk and the like, password_pbkdf2 of GRUB, credentials in a URL, hashes of passwords, key material in base64,
/// passphrases in a crypttab.  Everything that shows lines of files passes through here.
[[nodiscard]] std::string without_secrets(std::string_view text);

} // namespace h2k
