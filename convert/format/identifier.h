// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// 16 bytes as "01234567-89ab-cdef-0123-456789abcdef", in their own order, as RFC 4122 stores a UUID; empty where
/// @bytes are fewer.
[[nodiscard]] std::string uuid_text(std::string_view bytes);
/// The same where the first three groups are stored with their least significant byte first, as Microsoft does.
[[nodiscard]] std::string guid_text(std::string_view bytes);

} // namespace h2k
