// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Real domains with a guest of a kernel and BusyBox, which does what a hostile one would.
#include "convert/base/files.h"
#include "convert/base/owned.h"
#include "tests/integration/boot_orders.h"
#include "tests/support/test.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace h2k;
using namespace h2k::test;

namespace {

constexpr unsigned patience = 300; // seconds for a guest that needs ten

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

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot-guest/isolated", the_network_of_the_host_is_out_of_reach);
    g_test_add_func("/boot-guest/host-network", the_network_of_the_host_can_be_asked_for);
    return g_test_run();
}
