// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The probe as the guest runs it, here: this machine has a root file system and a kernel as well.
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/check/evidence/console.h"
#include "convert/check/evidence/probe.h"
#include "convert/check/evidence/verdict.h"
#include "tests/support/test.h"
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <poll.h>
#include <thread>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr const char *nonce = "0123456789abcdef0123456789abcdef";

std::string signed_line(const std::string &word, const std::string &said) {
    return "H2K-" + word + " " + std::to_string(posix_cksum(said)) + " " + said;
}

void say(ProbeDialogue &probe, const std::string &word) {
    probe.take(signed_line(word, "1 root_driver=virtio_blk"));
    probe.take(signed_line(word, "2 end=2"));
}

void the_word_is_said_once() {
    ProbeDialogue probe{nonce};
    assert_equal(probe.answer("AT\r\nH2K-"), "");
    assert_equal(probe.answer("ASK"), "");
    assert_equal(probe.answer(std::string(1000, 'x') + "\n[    1.0] a console too H2K-ASK\r"),
                 std::string{nonce} + "\n");
    g_assert_false(probe.is_over());
    say(probe, nonce);
    g_assert_true(probe.is_over());
    assert_equal(probe.doubt(), "");
    assert_equal(probe.answer("H2K-ASK\nH2K-ASK\n"), "");
    g_assert_true(probe.doubt().starts_with("Something in the guest besides the probe asked"));
}

void a_report_without_the_word_proves_nothing() {
    const auto why = [](ProbeDialogue &probe, const char *word) {
        say(probe, word);
        BootEvidence evidence;
        g_assert_true(probe.is_over());
        (void)judge(probe, Bus::virtio, evidence);
        g_assert_false(evidence.proven());
        assert_equal(evidence.root_driver, "virtio_blk"); // what it says is in the report nevertheless
        return evidence.why;
    };
    ProbeDialogue nobody_asked{nonce}, other_read{nonce}, guessed{nonce};
    g_assert_true(why(nobody_asked, "none").contains("found no second serial port (/dev/ttyS1)"));
    (void)other_read.answer("H2K-ASK\n");
    g_assert_true(why(other_read, "none").contains("took the secret word"));
    say(guessed, nonce); // the right word, before anybody had it
    g_assert_false(guessed.has_begun());
    say(guessed, "0000000000000000");
    g_assert_false(guessed.has_begun());
}

/// A terminal: what the guest sees as a serial port, and our end of it.
struct Terminal {
    Terminal() : ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        g_assert_true(ours && grantpt(ours.get()) == 0 && unlockpt(ours.get()) == 0);
        name = ptsname(ours.get());
        kept = Descriptor{open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    }
    Descriptor ours, kept;
    std::string name;
};

struct Guest {
    Guest() : path(Owned<char>{g_dir_make_tmp("h2k-XXXXXX", nullptr)}.get()) {
        const auto changes = probe_changes();
        unwrap(write_file(path + "/probe.sh", std::get<WriteFile>(changes.front().action).content));
        unwrap(write_file(path + "/up", ""));
    }
    ~Guest() { std::filesystem::remove_all(path); }
    /// What the probe writes to the first port, when /bin/SHELL runs it.
    [[nodiscard]] std::string output(const std::string &shell, const std::string &word_port) const {
        const auto port = path + "/port";
        std::vector<std::string> argv = words(shell);
        argv.push_back(path + "/probe.sh");
        const auto done = unwrap(run_command({.argv = argv,
                                              .environment = {{"H2K_PORT", port},
                                                              {"H2K_WORD", word_port},
                                                              {"H2K_UP", path + "/up"},
                                                              {"H2K_SETTLE", "0"},
                                                              {"word", "inherited"},
                                                              {"H2K_OFF", "no"}}},
                                             nullptr));
        g_assert_cmpint(done.status, ==, 0);
        assert_equal(done.errors, "");
        return unwrap(read_file(port, 1u << 20));
    }
    std::string path;
};

void take_all(ProbeDialogue &probe, const std::string &output) {
    ConsoleText console;
    console.take(output, [&](std::string_view got) { probe.take(got); });
    g_assert_true(probe.is_over());
}

/// Answers as the host does, until @stop can be read.
void answer(ProbeDialogue &probe, int port, int stop) {
    for (;;) {
        struct pollfd waiting[2] = {{port, POLLIN, 0}, {stop, POLLIN, 0}};
        poll(waiting, 2, -1);
        if (waiting[1].revents != 0)
            return;
        char bytes[256];
        const auto got = read(port, bytes, sizeof bytes);
        const auto reply = probe.answer({bytes, got > 0 ? static_cast<std::size_t>(got) : 0});
        g_assert_cmpint(write(port, reply.data(), reply.size()), ==, static_cast<ssize_t>(reply.size()));
    }
}

void the_probe_asks_and_reports(const void *shell) {
    const Guest guest;
    const Terminal terminal;
    ProbeDialogue probe{nonce};
    int stop[2];
    g_assert_cmpint(pipe2(stop, O_CLOEXEC), ==, 0);
    std::string output;
    std::thread host{[&] { answer(probe, terminal.ours.get(), stop[0]); }};
    output = guest.output(static_cast<const char *>(shell), terminal.name);
    close(stop[1]);
    host.join();
    close(stop[0]);
    take_all(probe, output);
    assert_equal(probe.doubt(), "");
    const auto kernel = unwrap(require_command({.argv = {"uname", "-r"}}, nullptr));
    assert_equal(probe.report().one("kernel"), trim(kernel));
    g_assert_true(probe.report().one("root").starts_with("/dev/"));
    // Who reads after it gets nothing.
    struct pollfd later{terminal.kept.get(), POLLIN, 0};
    g_assert_cmpint(poll(&later, 1, 0), ==, 0);
}

void a_probe_without_a_port_reports_too() {
    const Guest guest;
    ProbeDialogue probe{nonce};
    take_all(probe, guest.output("sh", guest.path + "/no-port"));
    g_assert_true(probe.doubt().contains("found no second serial port"));
}

/// Each service waits for the probe, and each way in which a guest comes up wants it.
void units_of_the_guest_wait() {
    std::map<std::string, std::string> files;
    for (const auto &change : probe_changes()) {
        const auto &file = std::get<WriteFile>(change.action);
        files[file.path] = file.content;
    }
    const std::string units = "/etc/systemd/system/", drop_in = ".d/50-virt-hyper2kvm-probe.conf";
    assert_equal(files[units + "service" + drop_in], "[Unit]\nAfter=virt-hyper2kvm-probe.service\n");
    for (const char *target : {"sysinit.target", "multi-user.target", "emergency.target", "rescue.target"})
        g_assert_true(files[units + target + drop_in].contains("Wants=virt-hyper2kvm-probe.service"));
    const auto &probe = files[units + "virt-hyper2kvm-probe.service"];
    for (const char *line :
         {"DefaultDependencies=no\n", "Before=sysinit.target ", "Type=forking\n", "IgnoreOnIsolate=yes\n"})
        g_assert_true(probe.contains(line));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/probe/word/once", the_word_is_said_once);
    g_test_add_func("/probe/word/missing", a_report_without_the_word_proves_nothing);
    g_test_add_data_func("/probe/script/sh", "sh", the_probe_asks_and_reports);
    g_test_add_data_func("/probe/script/bash", "bash --posix", the_probe_asks_and_reports);
    g_test_add_data_func("/probe/script/busybox", "busybox sh", the_probe_asks_and_reports);
    g_test_add_func("/probe/script/no-port", a_probe_without_a_port_reports_too);
    g_test_add_func("/probe/units", units_of_the_guest_wait);
    return g_test_run();
}
