// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/warm_hosts.h"
#include "convert/appliance/warm/record.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/confine/warm/recording.h"
#include "tests/integration/warm_appliance.h"
#include "tests/support/test.h"
#include <csignal>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2k::test {

namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;
constexpr int someone_records = 7;
constexpr std::uint64_t some_of_it = 1u << 20;
constexpr const char *cache_variable = "VIRT_HYPER2KVM_CACHE_DIR";

/// We ourselves once more, as @before "setpriv …", for @what.
pid_t start(const std::vector<std::string> &before, const char *what) {
    auto argv = before;
    argv.insert(argv.end(), {unwrap(real_path("/proc/self/exe")), what});
    std::vector<char *> words;
    for (auto &word : argv)
        words.push_back(word.data());
    words.push_back(nullptr);
    const pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(words.front(), words.data());
    _exit(127);
}

int status_of(pid_t child) {
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_kept() { return unwrap(Recordings::find()).kept().has_value(); }

std::vector<std::string> names_in_cache() {
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator{unwrap(Recordings::find()).path()})
        names.push_back(entry.path().filename().string());
    return names;
}

/// The machine is being written.
bool is_writing() {
    const auto found = Recordings::find();
    if (!found)
        return false;
    std::error_code error;
    for (fs::directory_iterator at{found->path(), error}, end; !error && at != end; at.increment(error))
        if (allocated_bytes(at->path().string() + "/recording/" + state_name) > some_of_it)
            return true;
    return false;
}

/// Processes that any thread of @process started.
std::vector<pid_t> children_of(pid_t process) {
    std::vector<pid_t> found;
    for (const auto &thread : fs::directory_iterator{"/proc/" + std::to_string(process) + "/task"})
        for (const auto &word : words(read_file(thread.path().string() + "/children", 1u << 16).value_or("")))
            found.push_back(static_cast<pid_t>(parse_number(word).value_or(0)));
    return found;
}

bool is_gone(pid_t process) {
    const auto status = read_file("/proc/" + std::to_string(process) + "/status", 1u << 16).value_or("");
    return status.empty() || holds(status, "State:\tZ");
}

int record_and_restore() {
    unwrap(prepare_appliance(nullptr));
    g_assert_true(holds(unwrap(appliance_status()), "host: yes"));
    set_warm_work(g_getenv("H2K_USERS_WORK"));
    const auto restored = restore("user");
    g_assert_true(restored.warm.handle && is_restored() && restored.notices.empty());
    return 0;
}

int drop() {
    unwrap(drop_appliance());
    return is_kept() ? 1 : 0;
}

} // namespace

int run_as_child(const char *what) {
    if (g_str_equal(what, "use"))
        return record_and_restore();
    if (g_str_equal(what, "drop"))
        return drop();
    const auto recorded = prepare_appliance(nullptr);
    if (!recorded)
        g_printerr("%s\n", recorded.error().message());
    return recorded ? 0 : recorded.error().is(H2K_ERROR_TARGET) ? someone_records : 1;
}

void killed_while_recording() {
    const auto child = start({}, "record");
    while (names_in_cache().size() < 2) // its work folder, when it has the lock
        g_usleep(1000);
    g_assert_cmpint(status_of(start({}, "record")), ==, someone_records);
    while (!is_writing()) {
        g_assert_cmpint(kill(child, 0), ==, 0);
        g_usleep(500);
    }
    const auto started = children_of(child);
    g_assert_cmpuint(started.size(), >=, 1);
    kill(child, SIGKILL);
    g_assert_cmpint(status_of(child), ==, 128 + SIGKILL);
    g_assert_false(is_kept());
    for (int i = 0; i < 1000 && !std::ranges::all_of(started, is_gone); ++i)
        g_usleep(10000);
    g_assert_true(std::ranges::all_of(started, is_gone));
    g_assert_cmpuint(names_in_cache().size(), ==, 2);
    unwrap(WorkFolder::create(unwrap(Recordings::find()).path())).reset(); // as the next one does
    g_assert_true(names_in_cache() == std::vector<std::string>{"lock"});
}

void disk_is_full() {
    if (geteuid() != 0)
        return g_test_skip("root alone can mount");
    const auto small = warm_work() + "/small", before = std::string{g_getenv(cache_variable)};
    unwrap(make_folder(small, 0700));
    if (!require_command({.argv = {"mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "none", small}}, nullptr))
        return g_test_skip("nothing can be mounted here");
    g_setenv(cache_variable, small.c_str(), TRUE);
    const auto recorded = prepare_appliance(nullptr);
    const auto names = names_in_cache();
    const bool kept = is_kept();
    g_setenv(cache_variable, before.c_str(), TRUE);
    unwrap(require_command({.argv = {"umount", small}}, nullptr));
    g_test_message("%s", recorded ? "recorded" : recorded.error().message());
    g_assert_true(!recorded && recorded.error().is(H2K_ERROR_TARGET) && !kept);
    g_assert_true(holds(recorded.error().message(), "No space left"));
    g_assert_true(names == std::vector<std::string>{"lock"});
}

void ordinary_user() {
    if (geteuid() != 0)
        return g_test_skip("we are not root, and all other tests show this");
    const auto own = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto cache = own->file("cache"), before = std::string{g_getenv(cache_variable)};
    unwrap(make_folder(cache, 0700));
    for (const auto &path : {own->path(), cache})
        g_assert_cmpint(chown(path.c_str(), nobody, nobody), ==, 0);
    const std::string user = std::to_string(nobody);
    const std::vector<std::string> as_user{"env",
                                           "--unset=TMPDIR", // it may be ours alone
                                           std::string{cache_variable} + "=" + cache,
                                           "H2K_USERS_WORK=" + own->path(),
                                           "setpriv",
                                           "--reuid=" + user,
                                           "--regid=" + user,
                                           "--clear-groups"};
    g_assert_cmpint(status_of(start(as_user, "use")), ==, 0);
    g_setenv(cache_variable, cache.c_str(), TRUE);
    const auto found = Recordings::find();
    const auto restored = restore("of-a-user");
    const auto recorded = prepare_appliance(nullptr);
    g_setenv(cache_variable, before.c_str(), TRUE);
    g_assert_true(!found && found.error().is(H2K_ERROR_TARGET));
    g_assert_true(!restored.warm.handle && restored.notices.empty());
    g_assert_true(!recorded && recorded.error().is(H2K_ERROR_TARGET));
    g_assert_cmpint(status_of(start(as_user, "drop")), ==, 0);
}

} // namespace h2k::test
