// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/part_processes.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "tests/integration/process.h"
#include <algorithm>
#include <chrono>
#include <csignal>
#include <dirent.h>
#include <unistd.h>

namespace h2k::test {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t longest = 1u << 20;
constexpr const char *mount_name = "virt-hyper2kvm-part";

std::string proc_of(pid_t pid) { return "/proc/" + std::to_string(pid); }
std::string of_process(pid_t pid, const char *what) { return read_file(proc_of(pid) + what, longest).value_or(""); }

pid_t parent_of(pid_t pid) {
    for (const auto &line : lines(of_process(pid, "/status")))
        if (line.starts_with("PPid:"))
            return static_cast<pid_t>(parse_number<std::uint32_t>(trim(line.substr(5))).value_or(0));
    return 0;
}

std::vector<pid_t> processes() {
    std::vector<pid_t> all;
    for (const auto &entry : fs::directory_iterator{"/proc"})
        if (const auto pid = parse_number<std::uint32_t>(entry.path().filename().string()))
            all.push_back(static_cast<pid_t>(*pid));
    return all;
}

bool is_below(pid_t pid, pid_t above) {
    for (; pid > 1; pid = parent_of(pid))
        if (pid == above)
            return true;
    return false;
}

std::vector<std::string> words_of(pid_t pid) { return split(of_process(pid, "/cmdline"), '\0'); }

/// Is its command line, as far as it is its own, one of a check?  virt-hyper2kvm-confine has the program's words too.
bool is_of_check(pid_t pid, const std::string &which) {
    const auto argv = words_of(pid);
    const auto name = base_name(argv.front());
    if (which == "lend" || which == "serve")
        return name == "virt-hyper2kvm-part" && argv.size() > 1 && argv[1] == which;
    return name == which;
}

pid_t find(const std::string &which) {
    for (const auto pid : processes())
        if (is_of_check(pid, which) && is_below(pid, getpid()))
            return pid;
    return 0;
}

pid_t wait_for(const std::string &which) {
    for (int i = 0; i < 2000; ++i, g_usleep(2000))
        if (const auto pid = find(which); pid > 0)
            return pid;
    g_error("there is no process of %s", which.c_str());
}

std::size_t open_files(const std::string &proc) {
    std::size_t open = 0;
    for ([[maybe_unused]] const auto &entry : fs::directory_iterator{proc + "/fd"})
        ++open;
    return open;
}

bool has_file(pid_t pid) { return of_process(pid, "/mountinfo").contains(mount_name); }

/// Are there processes of checks, or mounts of theirs, anywhere?
std::string left() {
    for (const auto pid : processes()) {
        const auto argv = words_of(pid);
        const bool is_check =
            std::ranges::find(argv, part_file) != argv.end() || base_name(argv.front()) == "virt-hyper2kvm-part";
        if ((is_check && is_below(pid, getpid())) || has_file(pid))
            return std::to_string(pid) + " " + join(argv, " ");
    }
    return {};
}

} // namespace

pid_t server_of(const PartDisk &) {
    const auto pid = find("qemu-nbd");
    g_assert_cmpint(pid, >, 0);
    return pid;
}

void kill_process_of_check(const std::string &which) { kill(wait_for(which), SIGKILL); }

void assert_confined(const std::string &which, std::size_t files) {
    const auto proc = proc_of(wait_for(which));
    has_limits(proc);
    is_nobody_else(proc);
    const auto status = unwrap(read_file(proc + "/status", longest));
    assert_equal(fields_of(status, "CapEff:")[0], "0000000000000000");
    assert_equal(fields_of(status, "Seccomp:")[0], "2");
    for (int i = 0; i < 1000 && open_files(proc) != 3 + files; ++i)
        g_usleep(2000); // while it starts, it opens its libraries
    g_assert_cmpuint(open_files(proc), ==, 3 + files);
}

void assert_hidden_mount() {
    g_assert_true(has_file(wait_for("lend")));
    g_assert_false(has_file(getpid()));
    g_assert_false(has_file(1));
}

void nothing_is_left() {
    std::string what;
    for (int i = 0; i < 500; ++i, g_usleep(10000)) {
        what = left();
        if (what.empty())
            return;
    }
    g_error("left: %s", what.c_str());
}

Victim::Victim(const PartOfDisks &part, std::vector<std::string> before) {
    before.insert(before.end(), {program, "--victim", part.sockets.front()});
    for (const auto &run : part.runs)
        before.insert(before.end(), {std::to_string(run.offset), std::to_string(run.length)});
    std::vector<const char *> argv;
    for (const auto &word : before)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    GError *error = nullptr;
    process_ = Ref<GSubprocess>::adopt(g_subprocess_newv(argv.data(), G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error));
    g_assert_no_error(error);
    pid_ = static_cast<pid_t>(parse_number<std::uint32_t>(g_subprocess_get_identifier(process_.get())).value_or(0));
}

int Victim::run(const std::vector<std::string> &arguments) {
    PartOfDisks part{.name = "/dev/sda1", .sockets = {arguments[0]}, .runs = {}};
    for (std::size_t i = 1; i + 1 < arguments.size(); i += 2)
        part.runs.push_back({.disk = 0,
                             .offset = parse_number(arguments[i]).value_or(0),
                             .length = parse_number(arguments[i + 1]).value_or(0)});
    const auto checked = check_ext(part, nullptr);
    if (checked)
        return *checked ? words : clean;
    return std::string_view{checked.error().message()}.contains("made a file") ? no_file : failed;
}

bool Victim::kill_one() const {
    std::vector<pid_t> below;
    for (const auto pid : processes())
        if (is_below(pid, pid_))
            below.push_back(pid);
    if (below.empty())
        return false;
    return kill(below[g_random_int() % below.size()], SIGKILL) == 0;
}

int Victim::wait() {
    g_subprocess_wait(process_.get(), nullptr, nullptr);
    return g_subprocess_get_if_exited(process_.get()) ? g_subprocess_get_exit_status(process_.get())
                                                      : 128 + g_subprocess_get_term_sig(process_.get());
}

} // namespace h2k::test
