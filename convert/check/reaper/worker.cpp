// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/check/reaper/isolation.h"
#include "convert/check/reaper/limits.h"
#include "convert/check/reaper/reaper.h"
#include "convert/libvirt/connection.h"
#include <fcntl.h>
#include <filesystem>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t xml_limit = 1u << 20, log_limit = 16u << 20;
constexpr std::size_t screenshot_limit = 64u << 20;
constexpr int agent_seconds = 5;

/// Shared by the callbacks and the main thread.
struct Worker {
    std::string root;
    int job = -1;
    /// Commands, as newly allocated text: "screenshot", "agent", "end".
    GAsyncQueue *commands = g_async_queue_new_full(g_free);
};

void say(const Worker &worker, std::string line) {
    for (char &c : line)
        if (c == '\n')
            c = ' ';
    line += '\n';
    send(worker.job, line.data(), line.size(), MSG_NOSIGNAL);
}

void say_failed(const Worker &worker) {
    const char *message = virGetLastErrorMessage();
    say(worker, std::string{"failed "} + message);
}

/// The last line that QEMU wrote; empty: none.
std::string last_words_of_qemu(const Worker &worker) {
    std::error_code error;
    std::string last;
    for (std::filesystem::directory_iterator at{worker.root + "/log/qemu", error}, end; !error && at != end;
         at.increment(error))
        if (const auto log = read_file(at->path().string(), log_limit))
            for (const auto &line : lines(*log))
                if (!trim(line).empty())
                    last = trim(line);
    return last;
}

/// libvirt does not always say why a domain did not start.
void say_not_started(const Worker &worker) {
    const virError *error = virGetLastError();
    const bool has_cause = error && error->domain != VIR_FROM_NONE;
    const auto words = has_cause ? std::string{} : last_words_of_qemu(worker);
    if (words.empty())
        return say_failed(worker);
    say(worker, "failed " + words);
}

void command(Worker &worker, const char *text) { g_async_queue_push(worker.commands, g_strdup(text)); }

int on_lifecycle(virConnectPtr, virDomainPtr, int event, int detail, void *data) {
    if (event != VIR_DOMAIN_EVENT_STOPPED)
        return 0;
    const char *why = detail == VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN    ? "shutdown"
                      : detail == VIR_DOMAIN_EVENT_STOPPED_CRASHED   ? "crashed"
                      : detail == VIR_DOMAIN_EVENT_STOPPED_DESTROYED ? "destroyed"
                                                                     : "failed";
    say(*static_cast<Worker *>(data), std::string{"stopped "} + why);
    return 0;
}

void on_agent(virConnectPtr, virDomainPtr, int state, int, void *data) {
    if (state == VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED)
        command(*static_cast<Worker *>(data), "agent");
}

/// Lines of standard input become commands, its end becomes "end".
void read_commands(Worker &worker) {
    std::string text;
    for (char c; read(STDIN_FILENO, &c, 1) == 1;) {
        if (c != '\n') {
            text += c;
            continue;
        }
        command(worker, text.c_str());
        text.clear();
    }
    command(worker, "end");
}

struct Picture {
    Descriptor file;
    std::size_t size = 0;
};

int keep_bytes(virStreamPtr, const char *bytes, std::size_t size, void *data) {
    auto &picture = *static_cast<Picture *>(data);
    picture.size += size;
    if (picture.size > screenshot_limit)
        return -1;
    return static_cast<int>(write(picture.file.get(), bytes, size));
}

void take_screenshot(const Worker &worker, virConnectPtr connection, virDomainPtr domain) {
    const Owned<virStream> stream{virStreamNew(connection, 0)};
    const Owned<char> type{stream ? virDomainScreenshot(domain, stream.get(), 0, 0) : nullptr};
    const std::string path = worker.root + "/screenshot";
    unlink(path.c_str()); // an earlier one
    Picture picture{.file = Descriptor{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)}};
    const bool done = type && picture.file && virStreamRecvAll(stream.get(), keep_bytes, &picture) == 0 &&
                      virStreamFinish(stream.get()) == 0;
    say(worker,
        done ? std::string{"screenshot "} + type.get() : std::string{"noscreenshot "} + virGetLastErrorMessage());
}

void ask_agent(const Worker &worker, virDomainPtr domain) {
    const Owned<char> answer{virDomainQemuAgentCommand(domain, R"({"execute":"guest-ping"})", agent_seconds, 0)};
    if (answer)
        say(worker, "agent");
}

void run_commands(Worker &worker, virConnectPtr connection, virDomainPtr domain) {
    for (;;) {
        const Owned<char> text{static_cast<char *>(g_async_queue_pop(worker.commands))};
        if (g_str_equal(text.get(), "end"))
            return;
        if (g_str_equal(text.get(), "screenshot"))
            take_screenshot(worker, connection, domain);
        if (g_str_equal(text.get(), "agent"))
            ask_agent(worker, domain);
    }
}

} // namespace

int run_worker(const char *root, bool isolated, bool use_kvm, const QemuLimits &limits, int job) {
    static Worker worker; // outlives every thread
    worker.root = root;
    worker.job = job;
    if (const int failed = isolated ? leave_host_network() : 0; failed != 0) {
        say(worker, std::string{"unisolated "} + g_strerror(failed));
        return 1;
    }
    if (!use_kvm)
        hide_kvm((worker.root + "/no-kvm").c_str());
    if (const int failed = set_limits(limits); failed != 0) {
        say(worker, std::string{"failed "} + g_strerror(failed));
        return 1;
    }
    silence_libvirt();
    if (virInitialize() != 0 || virEventRegisterDefaultImpl() != 0) {
        say_failed(worker);
        return 1;
    }
    std::thread{[] {
        while (virEventRunDefaultImpl() == 0)
            ;
    }}.detach();
    std::thread{[] { read_commands(worker); }}.detach();
    const auto xml = read_file(worker.root + "/domain.xml", xml_limit);
    const auto opened = open_connection("qemu:///embed?root=" + worker.root);
    if (!xml || !opened) {
        say(worker, std::string{"failed "} + (xml ? opened.error() : xml.error()).message());
        return 1;
    }
    virConnectPtr connection = opened->get();
    virConnectDomainEventRegisterAny(connection, nullptr, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                     VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), &worker, nullptr);
    virConnectDomainEventRegisterAny(connection, nullptr, VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
                                     VIR_DOMAIN_EVENT_CALLBACK(on_agent), &worker, nullptr);
    const Owned<virDomain> domain{virDomainCreateXML(connection, xml->c_str(), 0)};
    if (!domain) {
        say_not_started(worker);
        return 1;
    }
    say(worker, "started");
    run_commands(worker, connection, domain.get());
    return 0;
}

} // namespace h2k
