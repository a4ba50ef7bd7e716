// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Real domains with a guest of a kernel and BusyBox, which does what a hostile one would.
#include "convert/base/files.h"
#include "convert/base/owned.h"
#include "convert/base/process/subprocess.h"
#include "convert/check/evidence/probe.h"
#include "tests/integration/boot_orders.h"
#include "tests/support/test.h"
#include <algorithm>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace h2k;
using namespace h2k::test;

namespace {

constexpr unsigned patience = 200; // seconds for a guest that needs ten

/// What the guest wrote to its serial port; it turned itself off.
std::string output_of(const BootTestOrder &order, Notes &notes) {
    const auto got = unwrap(boot_test(order, notes, nullptr));
    assert_equal(got.why, "The guest shut itself down.");
    return unwrap(read_file(got.serial_log, 64 * mib));
}

/// A service of this host on every address, on a port of the test's own.
struct Service {
    Service() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        struct sockaddr_in address{};
        address.sin_family = AF_INET;
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        g_assert_cmpint(bind(socket.get(), generic, size), ==, 0);
        g_assert_cmpint(listen(socket.get(), 16), ==, 0);
        g_assert_cmpint(getsockname(socket.get(), generic, &size), ==, 0);
        port = std::to_string(ntohs(address.sin_port));
    }
    [[nodiscard]] unsigned connections() const {
        unsigned count = 0;
        for (Descriptor one{accept(socket.get(), nullptr, nullptr)}; one;
             one = Descriptor{accept(socket.get(), nullptr, nullptr)})
            count++;
        return count;
    }
    Descriptor socket;
    std::string port;
};

/// Addresses at which a guest could find this host: its loopback, as QEMU's user-mode network shows it, and its own.
std::string addresses_of_host() {
    std::string all = "10.0.2.2";
    ifaddrs *list = nullptr;
    g_assert_cmpint(getifaddrs(&list), ==, 0);
    for (const auto *at = list; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET)
            continue;
        const auto &address = reinterpret_cast<const sockaddr_in *>(at->ifa_addr)->sin_addr;
        char text[INET_ADDRSTRLEN] = "";
        if ((ntohl(address.s_addr) >> 24) != 127 && inet_ntop(AF_INET, &address, text, sizeof text))
            all += std::string{" "} + text;
    }
    freeifaddrs(list);
    return all;
}

/// Connections that a guest made to a service of this host.
unsigned reached(BootNetwork network) {
    const Place place;
    const Service service;
    const auto disk = tiny_guest(place, R"(cat > /run/dhcp <<'END'
[ "$1" != bound ] || { ifconfig "$interface" "$ip" netmask "$subnet"; route add default gw $router; echo "H2KT address $ip"; }
END
chmod 755 /run/dhcp
ifconfig eth0 up
udhcpc -i eth0 -n -q -t 10 -s /run/dhcp
for host in )" + addresses_of_host() + R"(; do
    nc "$host" )" + service.port + R"( </dev/null &
    sleep 5
    kill $!
    echo "H2KT tried $host"
done
)");
    if (!disk)
        return 0;
    auto order = order_for(place, *disk);
    order.timeout = patience;
    order.network = network;
    Notes notes;
    const auto text = output_of(order, notes);
    g_assert_true(text.contains("H2KT address 10.0.2.15"));
    g_assert_true(text.contains("H2KT tried 10.0.2.2"));
    return service.connections();
}

void the_network_of_the_host_is_out_of_reach() { g_assert_cmpuint(reached(BootNetwork::isolated), ==, 0); }

void the_network_of_the_host_can_be_asked_for() {
    const auto count = reached(BootNetwork::host);
    if (!g_test_failed() && count == 0)
        return; // skipped
    g_assert_cmpuint(count, >, 0);
}

/// Prepares what the probe expects, and a shell to run it with.
constexpr const char *with_probe = R"(cat > /bin/systemctl <<'END'
#!/bin/sh
[ "$1" = --force ] && poweroff -f
[ "$1" = is-system-running ] && echo running
END
chmod 755 /bin/systemctl
export H2K_SETTLE=0
)";

/// The evidence of a guest in which @script runs the probe, /probe.sh; nullopt: skipped.
std::optional<BootEvidence> probed(const std::string &script, std::string &output) {
    const Place place;
    const auto changes = probe_changes();
    const auto disk =
        tiny_guest(place, with_probe + script, {{"probe.sh", std::get<WriteFile>(changes.front().action).content}});
    if (!disk)
        return std::nullopt;
    auto order = order_for(place, *disk);
    order.timeout = patience;
    order.mode = BootTest::probe;
    order.prepare = [](const std::vector<Disk> &, const std::vector<Change> &) -> Result<PreparedCopy> {
        return PreparedCopy{};
    };
    Notes notes;
    auto got = unwrap(boot_test(order, notes, nullptr));
    output = unwrap(read_file(got.serial_log, 64 * mib));
    g_test_message("%s\n%s", got.why.c_str(), output.c_str());
    g_assert_false(got.proven()); // its root file system is no disk
    return got;
}

void the_word_reaches_the_probe_alone() {
    std::string output;
    const auto got = probed(R"(sh /probe.sh
stty -F /dev/ttyS1 raw -echo min 0 time 20
echo "H2KT later <$(head -c 64 /dev/ttyS1)>"
echo "H2KT leaked <$(cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\0' '\n' | grep -E '(^|=)[0-9a-f]{32}$')>"
for word in 0123456789abcdef0123456789abcdef '' ASK; do
    for said in '1 kernel=forged' '2 end=2'; do
        echo "H2K-$word $(printf %s "$said" | cksum | cut -d ' ' -f 1) $said"
    done
done
: > /run/virt-hyper2kvm-up
sleep 120
)",
                            output);
    if (!got)
        return;
    g_assert_true(output.contains("H2KT later <>") && output.contains("H2KT leaked <>"));
    g_assert_true(got->why.starts_with("The guest came up with its root file system on"));
    g_assert_true(got->kernel.contains('.') && got->trust.empty());
}

void a_word_that_was_asked_for_before_proves_nothing() {
    std::string output;
    const auto got = probed(R"(stty -F /dev/ttyS1 raw -echo min 0 time 200
{ printf 'H2K-ASK\n' >&3; read -r word <&3; } 3<>/dev/ttyS1
echo "H2KT stole ${#word}"
: > /run/virt-hyper2kvm-up
sh /probe.sh
sleep 120
)",
                            output);
    if (!got)
        return;
    g_assert_true(output.contains("H2KT stole 32"));
    g_assert_true(got->why.starts_with("Something in the guest besides the probe asked"));
}

void a_word_that_another_read_proves_nothing() {
    std::string output;
    const auto got = probed(R"(stty -F /dev/ttyS1 raw -echo
head -c 33 /dev/ttyS1 > /run/stolen &
sleep 1
: > /run/virt-hyper2kvm-up
sh /probe.sh
wc -c /run/stolen
sleep 120
)",
                            output);
    if (!got)
        return;
    g_assert_true(got->why.contains("took the secret word"));
    g_assert_true(got->kernel.contains('.')); // what it says is reported nevertheless
}

Descriptor file_in_memory(std::string_view content) {
    Descriptor file{memfd_create("test", MFD_CLOEXEC)};
    g_assert_true(file && write_all(file.get(), content) == 0);
    return file;
}

/// Started past a disk that cannot boot: unpacked, as the image that it is, and not at all.
void a_kernel_is_started_directly() {
    const Place place;
    const auto disk = tiny_guest(place, "cat /proc/cmdline; echo; echo 'tiny login:'; sleep 300\n");
    if (!disk)
        return;
    const auto raw = place.at("tiny.raw");
    const auto content_of = [&](const char *name) {
        unwrap(require_command({.argv = {"mcopy", "-i", raw, std::string{"::"} + name, place.at(name)}}, nullptr));
        return unwrap(read_file(place.at(name), 64 * mib));
    };
    unwrap(
        require_command({.argv = {"qemu-img", "convert", "-f", "qcow2", "-O", "raw", disk->top.path, raw}}, nullptr));
    auto image = content_of("vmlinuz");
    const auto initramfs = content_of("initrd");
    const auto empty = place.at("empty.qcow2");
    unwrap(require_command({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", empty, "64M"}}, nullptr));
    auto order = order_for(place, disk_of(empty, 64 * mib));
    order.mode = BootTest::quick;
    order.init.clear();
    order.timeout = patience;
    order.domain.machine.firmware = Firmware::uefi;
    order.prepare = [&](const std::vector<Disk> &, const std::vector<Change> &changes) -> Result<PreparedCopy> {
        g_assert_true(changes.empty());
        PreparedCopy copy;
        copy.kernel = DirectKernel{.image = file_in_memory(image),
                                   .initramfs = file_in_memory(initramfs),
                                   .arguments = "console=ttyS0 quiet panic=1 no_timer_check"};
        return copy;
    };
    for (const std::string kind : {"vmlinux", "bzImage"}) {
        if (kind == "bzImage")
            image.replace(0x24c, 4, std::string(4, '\0')); // says nothing of its payload
        Notes notes;
        const auto got = unwrap(boot_test(order, notes, nullptr));
        g_test_message("%s %s", got.why.c_str(), got.untested.c_str());
        g_assert_true(got.grade == BootGrade::starts_directly && got.start == StartedBy::kernel && !got.proven());
        g_assert_true(got.kernel_image == kind && got.added_arguments.contains("nokaslr"));
        g_assert_true(got.method == "observe" && got.untested.contains("not tested") && got.serial_log.empty());
        g_assert_cmpuint(notes.notices.size(), ==, 1); // that it is only observed
    }
    image = "no kernel";
    order.timeout = 3;
    Notes notes;
    const auto got = unwrap(boot_test(order, notes, nullptr));
    g_assert_true(got.grade == BootGrade::not_proven && got.start == StartedBy::firmware && got.untested.empty());
    g_assert_true(std::ranges::any_of(notes.notices, [](const Notice &n) { return n.id == "boot.not-direct"; }));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-guest/isolated", the_network_of_the_host_is_out_of_reach);
    g_test_add_func("/boot-guest/host-network", the_network_of_the_host_can_be_asked_for);
    g_test_add_func("/boot-guest/word/alone", the_word_reaches_the_probe_alone);
    g_test_add_func("/boot-guest/word/asked-before", a_word_that_was_asked_for_before_proves_nothing);
    g_test_add_func("/boot-guest/word/read-before", a_word_that_another_read_proves_nothing);
    g_test_add_func("/boot-guest/direct", a_kernel_is_started_directly);
    return g_test_run();
}
