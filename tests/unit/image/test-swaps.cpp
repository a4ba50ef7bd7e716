// SPDX-License-Identifier: LGPL-2.1-or-later
// Somebody who controls the folder of a source swaps its files while a job reads them.
#include "convert/format/host_file.h"
#include "tests/support/overlays.h"
#include "tests/support/source_images.h"
#include <csignal>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t bytes = 2u << 20;
constexpr std::uint64_t wanted_swaps = 1000;
constexpr uid_t stranger = 65534;

/// A process of another user, where we are root, which swaps @path for a link to @target and back without a pause.
class Attacker {
  public:
    Attacker(const std::string &path, const std::string &target)
        : swaps_(static_cast<std::uint64_t *>(
              mmap(nullptr, sizeof *swaps_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
        process_ = fork();
        if (process_ == 0)
            swap(path, target);
    }
    Attacker(const Attacker &) = delete;
    Attacker &operator=(const Attacker &) = delete;
    ~Attacker() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        munmap(swaps_, sizeof *swaps_);
    }
    [[nodiscard]] std::uint64_t swaps() const { return __atomic_load_n(swaps_, __ATOMIC_RELAXED); }

  private:
    [[noreturn]] void swap(const std::string &path, const std::string &target) {
        if (geteuid() == 0 && (setgid(stranger) != 0 || setuid(stranger) != 0))
            _exit(1);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (symlink(target.c_str(), (path + ".evil").c_str()) != 0)
            _exit(1);
        for (;; __atomic_add_fetch(swaps_, 1, __ATOMIC_RELAXED))
            if (renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, (path + ".evil").c_str(), RENAME_EXCHANGE) != 0)
                _exit(1);
    }
    std::uint64_t *swaps_;
    pid_t process_ = -1;
};

/// A folder of the stranger's, and beside it a file that is not for him.
struct Place {
    Place() {
        unwrap(make_folder(folder / "home", 0755));
        unwrap(write_file(folder / "secret", std::string(bytes, 's')));
    }
    void give_away() const {
        if (geteuid() != 0)
            return;
        g_assert_cmpint(chmod(folder.path().c_str(), 0755), ==, 0);
        g_assert_cmpint(chmod((folder / "secret").c_str(), 0600), ==, 0);
        g_assert_cmpint(chown((folder / "home").c_str(), stranger, stranger), ==, 0);
        for (const auto &entry : std::filesystem::directory_iterator{folder / "home"})
            g_assert_cmpint(chown(entry.path().c_str(), stranger, stranger), ==, 0);
    }
    [[nodiscard]] std::string secret() const { return folder / "secret"; }
    TestFolder folder;
};

static Result<> carry(const std::string &path, DiskFormat format, const std::string &overlay, const std::string &out) {
    Request request;
    request.sources = {path};
    request.input_format = format;
    const auto plan = H2K_TRY(describe(request));
    const auto made = H2K_TRY(create_overlay(overlay, plan.source.disks[0], nullptr));
    return convert_image({.from = made, .to = out, .format = DiskFormat::raw}, {}, nullptr);
}

/// Describes and converts the disk at @path: an error, or exactly what the stranger's own disk holds.
static bool converts(const Place &place, const std::string &path, DiskFormat format, std::string_view content) {
    const auto out = place.folder / "out", overlay = place.folder / "overlay";
    const auto done = carry(path, format, overlay, out);
    if (done)
        g_assert_true(test::content_of(out) == content);
    std::filesystem::remove(out);
    std::filesystem::remove(overlay);
    return done.has_value();
}

struct Case {
    const char *name;
    const char *image;   ///< to import
    const char *swapped; ///< which of its files
    DiskFormat format;
};

static void make_sources(const Place &place) {
    const auto home = place.folder / "home/";
    for (const auto *subformat : {"monolithicFlat", "monolithicSparse"})
        test::run({"qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", std::string{"subformat="} + subformat,
                   place.folder / "content", home + subformat + ".vmdk"});
    test::run({"qemu-img", "convert", "-f", "raw", "-O", "raw", place.folder / "content", home + "base.raw"});
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", "base.raw", home + "top.qcow2"});
}

static void nothing_of_the_host_gets_into_a_result(gconstpointer data) {
    const auto &one = *static_cast<const Case *>(data);
    const Place place;
    const auto content = std::string(bytes / 2, 'm') + std::string(bytes / 2, 'n');
    unwrap(write_file(place.folder / "content", content));
    make_sources(place);
    place.give_away();
    const auto home = place.folder / "home/";
    const Attacker attacker{home + one.swapped, place.secret()};
    int converted = 0, tries = 0;
    for (; tries < 25 || (attacker.swaps() < wanted_swaps && tries < 400); ++tries)
        converted += converts(place, home + one.image, one.format, content) ? 1 : 0;
    g_test_message("%d of %d converted, %" G_GUINT64_FORMAT " swaps", converted, tries,
                   static_cast<guint64>(attacker.swaps()));
    g_assert_cmpuint(attacker.swaps(), >=, wanted_swaps);
    g_assert_true(test::content_of(place.secret()) == std::string(bytes, 's'));
}

/// What is written is the file that was opened, whatever stands under its name.
static void no_file_of_the_host_is_written() {
    const Place place;
    const auto image = place.folder / "home/disk.qcow2";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", image, std::to_string(bytes)});
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", place.folder / "victim", std::to_string(bytes)});
    place.give_away();
    const auto before = test::content_of(place.folder / "victim");
    const Disk disk{
        .top = {
            .path = image, .format = DiskFormat::qcow2, .bytes = bytes, .held = unwrap(HostFile::open(image)).held()}};
    const Attacker attacker{image, place.folder / "victim"};
    for (int i = 0; i < 25 || (attacker.swaps() < wanted_swaps && i < 400); ++i) {
        const auto overlay = unwrap(create_overlay(place.folder / "overlay", disk, nullptr));
        test::run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 7 0 1M", overlay.top.path});
        unwrap(commit_overlay(overlay));
        std::filesystem::remove(overlay.top.path);
    }
    g_assert_cmpuint(attacker.swaps(), >=, wanted_swaps);
    g_assert_true(test::content_of(place.folder / "victim") == before);
}

static const Case cases[] = {
    {"top", "monolithicSparse.vmdk", "monolithicSparse.vmdk", DiskFormat::vmdk},
    {"extent", "monolithicFlat.vmdk", "monolithicFlat-flat.vmdk", DiskFormat::vmdk},
    {"descriptor", "monolithicFlat.vmdk", "monolithicFlat.vmdk", DiskFormat::vmdk},
    {"backing-file", "top.qcow2", "base.raw", DiskFormat::qcow2},
    {"raw", "base.raw", "base.raw", DiskFormat::raw},
};

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    for (const auto &one : cases)
        g_test_add_data_func((std::string{"/swaps/read/"} + one.name).c_str(), &one,
                             nothing_of_the_host_gets_into_a_result);
    g_test_add_func("/swaps/written", no_file_of_the_host_is_written);
    return g_test_run();
}
