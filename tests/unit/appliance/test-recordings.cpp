// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings in the cache: only whole, unchanged ones of this user.
#include "convert/appliance/warm/record.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/appliance/warm/sums.h"
#include "convert/base/files.h"
#include "convert/confine/warm/kept_file.h"
#include "convert/confine/warm/recording.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr const char *facts = "facts of a test\n";
constexpr uid_t nobody = 65534;
constexpr off_t page = 4096;

/// A cache with one recording that has bytes in all pages; none of it is a machine's.
class Cache {
  public:
    Cache() {
        g_setenv("VIRT_HYPER2KVM_CACHE_DIR", folder_.path().c_str(), TRUE);
        unwrap(make_folder(recordings(), 0700));
        make();
    }
    [[nodiscard]] std::string recordings() const { return folder_ / "appliance"; }
    [[nodiscard]] std::string kept() const { return recordings() + "/" + key_of(facts); }
    [[nodiscard]] std::string file(const char *name) const { return kept() + "/" + name; }

    /// Complete, and published as a recorder does.
    void make() const {
        const auto made = recordings() + "/made";
        unwrap(make_folder(made, 0700));
        unwrap(write_file(made + "/" + state_name, std::string(100 * page, 'm') + "devices"));
        unwrap(write_file(made + "/" + overlay_name, std::string(3 * page, 'o')));
        unwrap(write_file(made + "/" + sums_name, unwrap(sums_of(made))));
        unwrap(write_file(made + "/" + facts_name, facts));
        unwrap(unwrap(Recordings::find()).publish(made, key_of(facts)));
    }

  private:
    TestFolder folder_;
};

bool is_kept() { return unwrap(Recordings::find()).kept().has_value(); }
bool is_sound() { return unwrap(Recordings::find()).require_sound(key_of(facts)).has_value(); }

void change_byte(const std::string &path, off_t at) {
    const Descriptor file{open(path.c_str(), O_RDWR | O_CLOEXEC)};
    char byte = 0;
    g_assert_cmpint(pread(file.get(), &byte, 1, at), ==, 1);
    byte = static_cast<char>(byte ^ 1);
    g_assert_cmpint(pwrite(file.get(), &byte, 1, at), ==, 1);
}

/// As a host that crashed leaves blocks that it never wrote.
void make_hole(const std::string &path, off_t at) {
    const Descriptor file{open(path.c_str(), O_RDWR | O_CLOEXEC)};
    const std::string zeros(page, '\0');
    g_assert_true(fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, page) == 0 ||
                  pwrite(file.get(), zeros.data(), zeros.size(), at) == page);
}

void damage_is_found() {
    const Cache cache;
    const auto state = cache.file(state_name), overlay = cache.file(overlay_name), sums = cache.file(sums_name);
    const auto cut = [](const std::string &path, off_t size) { g_assert_cmpint(truncate(path.c_str(), size), ==, 0); };
    const std::function<void()> damages[] = {
        [&] { change_byte(state, 50 * page + 17); }, // memory
        [&] { change_byte(state, 100 * page); },     // devices, which come last
        [&] { change_byte(overlay, 0); },
        [&] { make_hole(state, 40 * page); },
        [&] { cut(state, 20 * page); },
        [&] { cut(state, 100 * page + 6); },
        [&] { cut(state, 101 * page); }, // longer
        [&] { cut(state, 0); },
        [&] { cut(overlay, page); },
        [&] { cut(sums, 5); },
        [&] { cut(sums, 0); },
        [&] { unlink(sums.c_str()); },
    };
    for (const auto &damage : damages) {
        g_assert_true(is_kept() && is_sound());
        damage();
        g_assert_true(is_kept() && !is_sound());
        cache.make();
    }
    // What it is of, is not known: it is none.
    for (const off_t size : {off_t{0}, off_t{5}}) {
        cut(cache.file(facts_name), size);
        g_assert_false(is_kept());
        cache.make();
    }
    g_assert_true(is_kept() && is_sound());
}

/// What is in the place of a file, or of the folder, of a recording.
void only_private_files_are_used() {
    const Cache cache;
    const auto kept = cache.kept(), other = cache.recordings() + "/other";
    for (const char *name : {facts_name, state_name, overlay_name}) {
        const auto path = cache.file(name);
        const auto renewed = [&] {
            g_assert_false(is_kept());
            cache.make();
            g_assert_true(is_kept() && is_sound());
        };
        g_assert_cmpint(chmod(path.c_str(), 0640), ==, 0);
        renewed();
        g_assert_cmpint(chmod(path.c_str(), 0602), ==, 0);
        renewed();
        g_assert_cmpint(rename(path.c_str(), other.c_str()), ==, 0);
        g_assert_cmpint(symlink(other.c_str(), path.c_str()), ==, 0);
        renewed();
        g_assert_cmpint(rename(path.c_str(), other.c_str()), ==, 0);
        g_assert_cmpint(mkdir(path.c_str(), 0700), ==, 0);
        renewed();
        g_assert_cmpint(rename(path.c_str(), other.c_str()), ==, 0);
        g_assert_cmpint(mkfifo(path.c_str(), 0600), ==, 0);
        renewed();
        unlink(other.c_str());
        if (geteuid() == 0) {
            g_assert_cmpint(chown(path.c_str(), nobody, nobody), ==, 0);
            renewed();
        }
    }
    g_assert_cmpint(chmod(kept.c_str(), 0750), ==, 0);
    g_assert_false(is_kept());
    cache.make();
    g_assert_cmpint(rename(kept.c_str(), other.c_str()), ==, 0);
    g_assert_cmpint(symlink(other.c_str(), kept.c_str()), ==, 0);
    g_assert_false(is_kept());
    cache.make();
    g_assert_true(is_kept() && path_exists(other + "/" + facts_name)); // the link alone was removed
    unwrap(Recordings::find()).drop(key_of(facts));
    unwrap(write_file(kept, "a file"));
    g_assert_false(is_kept());
    cache.make();
    g_assert_true(is_kept());
}

/// Nobody else owns, or can write to, what root uses.
void only_private_caches_are_used() {
    const Cache cache;
    const auto path = cache.recordings();
    const auto is_refused = [] {
        test::message_of(Recordings::find(), H2K_ERROR_TARGET);
        test::message_of(Recordings::lock(), H2K_ERROR_TARGET);
        test::message_of(appliance_status(), H2K_ERROR_TARGET);
    };
    for (const mode_t mode : {0701, 0710, 0704, 0770, 0707, 01777}) {
        g_assert_cmpint(chmod(path.c_str(), mode), ==, 0);
        is_refused();
    }
    g_assert_cmpint(chmod(path.c_str(), 0700), ==, 0);
    g_assert_true(is_kept());
    if (geteuid() != 0)
        return g_test_skip("root alone can give a folder away");
    g_assert_cmpint(chown(path.c_str(), nobody, nobody), ==, 0);
    is_refused();
    g_assert_cmpint(chown(path.c_str(), 0, 0), ==, 0);
    // Whoever owns the folder above can put another in its place.
    g_assert_cmpint(chown(folder_of(path).c_str(), nobody, nobody), ==, 0);
    is_refused();
    g_assert_cmpint(chown(folder_of(path).c_str(), 0, 0), ==, 0);
    g_assert_true(is_kept());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/recordings/damaged", damage_is_found);
    g_test_add_func("/recordings/private-files", only_private_files_are_used);
    g_test_add_func("/recordings/private-caches", only_private_caches_are_used);
    return g_test_run();
}
