// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/warm_appliance.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "tests/support/test.h"
#include <filesystem>
#include <sys/resource.h>
#include <unistd.h>

namespace h2k::test {

namespace {

namespace fs = std::filesystem;

std::string work;

double seconds_since(std::int64_t start) {
    return static_cast<double>(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

} // namespace

const std::string &warm_work() { return work; }
void set_warm_work(const std::string &folder) { work = folder; }

Disk overlay(const std::string &name) {
    const auto path = work + "/" + name + ".qcow2";
    unwrap(require_command(
        {.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", work + "/disk.raw", path}}, nullptr));
    return qcow2_disk(path, work + "/disk.raw");
}

Disk empty_disk(const std::string &name, bool make) {
    const auto path = work + "/" + name + ".qcow2";
    if (make)
        unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", path, "96M"}}, nullptr));
    return qcow2_disk(path, {});
}

std::string restored_process() {
    std::error_code error;
    for (fs::directory_iterator at{"/proc", error}, end; !error && at != end; at.increment(error)) {
        const auto proc = at->path().string();
        const auto line = read_file(proc + "/cmdline", 1u << 16).value_or("");
        const auto status = read_file(proc + "/status", 1u << 16).value_or("");
        if (holds(status, "\nPPid:\t" + std::to_string(getpid()) + "\n") && holds(line, "virt-hyper2kvm.hold") &&
            holds(line, "-incoming"))
            return proc;
    }
    return {};
}

Launched launch(const std::string &name) {
    Launched launched{.served = std::make_unique<Served>(std::vector{overlay(name), overlay(name + "-2")}),
                      .appliance = nullptr,
                      .notices = {}};
    const auto start = g_get_monotonic_time();
    launched.appliance = unwrap(Appliance::launch({.disks = launched.served->sockets()}, launched.notices, nullptr));
    launched.seconds = seconds_since(start);
    return launched;
}

void close(Launched &launched) {
    unwrap(launched.appliance->close());
    launched.served->finish();
}

std::unique_ptr<Guest> mounted(const Launched &launched) {
    Notices ignored;
    return unwrap(launched.appliance->mount({{.device = "/dev/sda1", .path = "/"}}, ignored));
}

std::string says(Guest &guest, const std::string &script) {
    const auto command = "(" + script + ") > /tmp/said";
    unwrap(guest.apply(
        {.fixer = "test", .reason = "test", .action = RunInGuest{.argv = {"/bin/busybox", "sh", "-c", command}}}));
    return unwrap(guest.read("/tmp/said")).value_or("");
}

WhenRestoring::WhenRestoring(std::function<void(const std::string &)> act)
    : thread_([act = std::move(act)](const std::stop_token &stop) {
          while (!stop.stop_requested()) {
              if (const auto proc = restored_process(); !proc.empty())
                  return act(proc);
              g_usleep(2000);
          }
      }) {}

Restored restore(const std::string &name) {
    Restored restored{
        .served = std::make_unique<Served>(std::vector{empty_disk(name, true)}), .warm = {}, .notices = {}};
    const auto start = g_get_monotonic_time();
    restored.warm = unwrap(start_warm({.disks = restored.served->sockets()}, restored.notices, nullptr));
    restored.seconds = seconds_since(start);
    return restored;
}

double cpu_of_children() {
    struct rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto seconds = [](const struct timeval &t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / G_USEC_PER_SEC;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

} // namespace h2k::test
