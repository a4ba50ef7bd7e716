// SPDX-License-Identifier: LGPL-2.1-or-later
// What libguestfs noted of a QEMU is used for that one alone.
#include "convert/appliance/probes.h"
#include "convert/base/files.h"
#include "tests/support/test_folder.h"
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::TestFolder;
using test::unwrap;

namespace {

/// A cache of libguestfs's, what it would start, and two programs; no QEMU runs.
class Bench {
  public:
    Bench() {
        g_setenv("LIBGUESTFS_CACHEDIR", folder_.path().c_str(), TRUE);
        handle_ = unwrap(Handle::create(nullptr));
        g_assert_cmpint(mkdir(notes().c_str(), 0755), ==, 0);
        for (const char *name : {"link", "one", "other"})
            unwrap(write_file(folder_ / name, name));
        struct stat st{};
        g_assert_cmpint(stat((folder_ / "link").c_str(), &st), ==, 0);
        key_ = std::to_string(st.st_size) + "-" + std::to_string(st.st_mtime);
    }
    [[nodiscard]] std::string notes() const { return folder_ / (".guestfs-" + std::to_string(geteuid())); }
    [[nodiscard]] std::string note() const { return notes() + "/qemu-" + key_ + ".stat"; }
    [[nodiscard]] std::string program(const char *name) const { return folder_ / name; }
    /// A job with QEMU @name: did libguestfs have to ask it?  @link: that another job's libguestfs noted meanwhile.
    [[nodiscard]] bool asks(const char *name, bool use_kvm = false, const char *link = "link") const {
        const Probes probes{*handle_, folder_ / "link", folder_ / name, use_kvm};
        const bool asked = !path_exists(note());
        if (asked)
            unwrap(write_file(note(), "3 4 1 " + folder_ / link + "\n"));
        probes.mark();
        return asked;
    }

  private:
    TestFolder folder_;
    std::unique_ptr<Handle> handle_;
    std::string key_;
};

void one_is_asked_once() {
    const Bench bench;
    g_assert_true(bench.asks("one"));
    g_assert_false(bench.asks("one"));
    g_assert_false(bench.asks("one"));
    unwrap(write_file(bench.program("one"), "new")); // an update
    g_assert_true(bench.asks("one"));
    g_assert_false(bench.asks("one"));
}

void another_is_asked() {
    const Bench bench;
    g_assert_true(bench.asks("one"));
    g_assert_true(bench.asks("other"));
    g_assert_false(bench.asks("other"));
    g_assert_true(bench.asks("one"));
    unwrap(write_file(bench.note(), "3 4 1 " + bench.program("link") + "\n")); // by a libguestfs without us
    g_assert_true(bench.asks("one"));
    g_assert_false(bench.asks("one"));
}

void kvm_is_asked_each_time() {
    const Bench bench;
    g_assert_true(bench.asks("one", true));
    g_assert_true(bench.asks("one", true));
    g_assert_true(bench.asks("one"));
    g_assert_false(bench.asks("one"));
    g_assert_true(bench.asks("one", true));
    g_assert_true(bench.asks("one"));
}

void other_jobs_answers_are_not_marked() {
    const Bench bench;
    g_assert_true(bench.asks("one", false, "links"));
    g_assert_true(bench.asks("one"));
    g_assert_false(bench.asks("one"));
}

void only_our_folder_is_used() {
    const Bench bench;
    g_assert_true(bench.asks("one"));
    g_assert_cmpint(chmod(bench.notes().c_str(), 0777), ==, 0);
    const auto before = unwrap(read_file(bench.note(), 4096));
    (void)bench.asks("other");
    test::assert_equal(unwrap(read_file(bench.note(), 4096)), before); // libguestfs itself refuses such a folder
    g_assert_cmpint(chmod(bench.notes().c_str(), 0755), ==, 0);
    g_assert_true(bench.asks("other"));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/probes/once", one_is_asked_once);
    g_test_add_func("/probes/another", another_is_asked);
    g_test_add_func("/probes/kvm", kvm_is_asked_each_time);
    g_test_add_func("/probes/other-job", other_jobs_answers_are_not_marked);
    g_test_add_func("/probes/our-folder", only_our_folder_is_used);
    return g_test_run();
}
