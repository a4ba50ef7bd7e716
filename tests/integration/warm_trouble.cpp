// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/warm_trouble.h"
#include "convert/appliance/warm/record.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/appliance/warm/sums.h"
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/confine/warm/recording.h"
#include "tests/integration/warm_appliance.h"
#include "tests/support/test.h"
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k::test {

namespace {

/// "mov $__NR_clock_nanosleep,%eax; syscall", and what stands before that in the program.
constexpr std::string_view sleep_call{"\xb8\xe6\x00\x00\x00\x0f\x05", 7}, in_a_circle{"\xeb\xfe", 2};
constexpr std::size_t before_call = 24;

/// The recording, which is put back at the end.
class Copy {
  public:
    Copy() : recordings_(unwrap(Recordings::find())), key_(recordings_.kept().value().key) {
        run({"cp", "-a", folder(), copy()});
    }
    Copy(const Copy &) = delete;
    Copy &operator=(const Copy &) = delete;
    ~Copy() {
        recordings_.drop_all();
        run({"mv", copy(), folder()});
    }
    [[nodiscard]] std::string folder() const { return recordings_.path() + "/" + key_; }
    [[nodiscard]] std::string file(const char *name) const { return folder() + "/" + name; }
    [[nodiscard]] bool is_kept() const { return recordings_.kept().has_value(); }
    [[nodiscard]] const Recordings &recordings() const { return recordings_; }

  private:
    static void run(std::vector<std::string> argv) { unwrap(require_command({.argv = std::move(argv)}, nullptr)); }
    [[nodiscard]] static std::string copy() { return warm_work() + "/copy-of-recording"; }
    Recordings recordings_;
    std::string key_;
};

void is_removed(const Copy &copy, const Restored &restored, const char *notice) {
    g_assert_true(!restored.warm.handle && !is_restored());
    g_assert_cmpuint(restored.notices.size(), ==, 1);
    assert_equal(restored.notices.begin()->id, notice);
    g_assert_false(copy.is_kept());
    g_test_message("after %.2f s", restored.seconds);
}

void make_writable(const std::string &path) { g_assert_cmpint(chmod(path.c_str(), 0600), ==, 0); }

/// Has the program that holds never come back from its sleep.
void have_it_spin(const Copy &copy) {
    const auto program = unwrap(read_file(own_program("virt-hyper2kvm-hold"), 1u << 24));
    const auto path = copy.file(state_name);
    auto state = unwrap(read_file(path, 1u << 29));
    unsigned changed = 0;
    for (auto at = program.find(sleep_call); at != std::string::npos; at = program.find(sleep_call, at + 1)) {
        const auto code = program.substr(at - before_call, before_call + sleep_call.size());
        for (auto found = state.find(code); found != std::string::npos; found = state.find(code, found + 1)) {
            state.replace(found + code.size() - in_a_circle.size(), in_a_circle.size(), in_a_circle);
            ++changed;
        }
    }
    g_assert_cmpuint(changed, >=, 1);
    make_writable(path);
    const Descriptor file{open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    g_assert_cmpint(write_all(file.get(), state, 0), ==, 0);
    unwrap(write_file(copy.file(sums_name), unwrap(sums_of(copy.folder()))));
}

} // namespace

void outdated_is_removed() {
    const Copy copy;
    const auto facts = replace_all(copy.recordings().kept()->facts, "libguestfs 1", "libguestfs 0");
    unwrap(write_file(copy.file(facts_name), facts));
    const auto other = copy.recordings().path() + "/" + key_of(facts);
    g_assert_cmpint(rename(copy.folder().c_str(), other.c_str()), ==, 0);
    g_assert_true(holds(unwrap(appliance_status()), "host: no"));
    is_removed(copy, restore("outdated"), "appliance.outdated");
}

void damaged_is_removed() {
    const Copy copy;
    const auto path = copy.file(state_name);
    make_writable(path);
    const Descriptor file{open(path.c_str(), O_RDWR | O_CLOEXEC)};
    char byte = 0;
    constexpr off_t at = 100 << 20;
    g_assert_cmpint(pread(file.get(), &byte, 1, at), ==, 1);
    byte = static_cast<char>(~byte);
    g_assert_cmpint(pwrite(file.get(), &byte, 1, at), ==, 1);
    g_assert_true(holds(unwrap(appliance_status()), "host: no"));
    is_removed(copy, restore("damaged"), "appliance.not-restored");
}

void stopped_is_ended() {
    const Copy copy;
    int stopped = 0;
    const WhenRestoring stop{[&](const std::string &proc) {
        stopped = static_cast<int>(parse_number(base_name(proc)).value_or(0));
        g_assert_cmpint(kill(stopped, SIGSTOP), ==, 0);
    }};
    is_removed(copy, restore("stopped"), "appliance.not-restored");
    g_assert_cmpint(stopped, >, 0);
    g_assert_cmpint(kill(stopped, 0), !=, 0);
}

void spinning_is_ended() {
    const Copy copy;
    have_it_spin(copy);
    is_removed(copy, restore("spinning"), "appliance.not-restored");
}

void dropped_while_restoring() {
    const Copy copy;
    const WhenRestoring drop{[](const std::string &) { unwrap(drop_appliance()); }};
    auto launched = launch("dropped");
    g_assert_true(is_restored() && launched.notices.empty() && !copy.is_kept());
    assert_equal(says(*mounted(launched), "echo works"), "works\n");
    close(launched);
}

} // namespace h2k::test
