// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "tests/support/test.h"

namespace h2k::test {

/// Compares with the file @name of the source tree, or writes it with H2K_TEST_REGENERATE=1.
inline void check_golden(const std::string &name, const std::string &made, const char *file = __builtin_FILE(),
                         int line = __builtin_LINE()) {
    const auto path = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/" + name;
    if (g_getenv("H2K_TEST_REGENERATE"))
        unwrap(write_file(path, made), file, line);
    assert_equal(made, unwrap(read_file(path, 1u << 20), file, line), file, line);
}

} // namespace h2k::test
