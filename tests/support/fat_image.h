// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/fat/fat.h"
#include "tests/support/served_bytes.h"

namespace h2k::test {

/// What mkfs.fat makes.
struct FatKindMade {
    const char *name, *bits, *sectors_a_cluster, *kibibytes;
};
/// The value, or a test failure.
template <typename T> T good(Outcome<T> done, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!done)
        g_assertion_message(G_LOG_DOMAIN, file, line, "",
                            (done.error().text + " " + g_strerror(done.error().error)).c_str());
    if constexpr (!std::is_void_v<T>)
        return *std::move(done);
}
/// @error: errno; 0: the disks need another lane.
template <typename T> void fails(const Outcome<T> &done, int error) {
    g_assert_false(done.has_value());
    g_assert_cmpint(done.error().error, ==, error);
}

/// A new file system, opened.
class FatImage {
  public:
    explicit FatImage(const FatKindMade &kind) : image_(folder_ / "image") {
        run({"mkfs.fat", "-C", "-F", kind.bits, "-s", kind.sectors_a_cluster, image_, kind.kibibytes});
    }
    [[nodiscard]] const std::string &image() const { return image_; }
    [[nodiscard]] std::string file(const std::string &name, std::string_view content) {
        unwrap(write_file(folder_ / name, content));
        return folder_ / name;
    }
    FileSystem &open(bool read_only = false) {
        served_ = std::make_unique<ServedBytes>(image_);
        system_ = good(Fat::open(served_->bytes(), read_only));
        return *system_;
    }
    [[nodiscard]] Outcome<std::unique_ptr<FileSystem>> try_open(bool read_only = false) {
        served_ = std::make_unique<ServedBytes>(image_);
        return Fat::open(served_->bytes(), read_only);
    }
    /// Writes all, and has it checked.
    void close() {
        good(system_->sync());
        system_.reset();
        served_->finish();
        served_.reset();
        const auto checked = unwrap(run_command({.argv = {"fsck.fat", "-n", "-v", image_}}, nullptr));
        if (checked.status != 0)
            g_error("fsck.fat: %s", checked.output.c_str());
    }
    /// As mtools read it.
    [[nodiscard]] std::string read(const std::string &path) { return run({"mcopy", "-i", image_, "::" + path, "-"}); }

  private:
    TestFolder folder_;
    std::string image_;
    std::unique_ptr<ServedBytes> served_;
    std::unique_ptr<FileSystem> system_;
};

} // namespace h2k::test
