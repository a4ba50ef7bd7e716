// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "tests/support/test.h"
#include <filesystem>

namespace h2k::test {

/// A folder that is removed with the object.
class TestFolder {
  public:
    TestFolder() : path_(unwrap(real_path(Owned<char>{g_dir_make_tmp("h2k-image-XXXXXX", nullptr)}.get()))) {}
    TestFolder(const TestFolder &) = delete;
    TestFolder &operator=(const TestFolder &) = delete;
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string operator/(const std::string &name) const { return path_ + "/" + name; }
    [[nodiscard]] const std::string &path() const { return path_; }

  private:
    std::string path_;
};

/// Runs a tool that has to succeed.
inline std::string run(std::vector<std::string> argv) {
    return unwrap(require_command({.argv = std::move(argv)}, nullptr));
}

} // namespace h2k::test
