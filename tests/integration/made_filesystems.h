// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "tests/support/test_folder.h"
#include <cstdint>
#include <string>

namespace h2k::test {

// Files in @folder with a file system of 32 MiB each.

/// ext4 with /letters, 4096 times "a", and /folder/file.
[[nodiscard]] std::string made_ext(const TestFolder &folder);
/// The same with a journal, with checksums, by which /letters has "b" instead.
[[nodiscard]] std::string made_ext_with_journal(const TestFolder &folder);
[[nodiscard]] std::uint64_t first_journal_block(const std::string &content);
[[nodiscard]] std::string made_fat(const TestFolder &folder);

void overwrite(const std::string &file, std::uint64_t offset, std::string_view bytes);
void assert_same_bytes(const std::string &file, const std::string &other);

} // namespace h2k::test
