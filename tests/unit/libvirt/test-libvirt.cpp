// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/libvirt/connection.h"
#include "convert/libvirt/uri.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

static void uri_has_parts() {
    const auto uri = parse_libvirt_uri("qemu+ssh://root@host.example:22/system?keyfile=x");
    g_assert_true(uri.has_value());
    assert_equal(uri->driver + " " + uri->transport + " " + uri->host + " " + uri->path,
                 "qemu ssh host.example /system");
    g_assert_false(parse_libvirt_uri("").has_value());
    g_assert_false(parse_libvirt_uri("system").has_value());
}

static void only_this_host_is_local() {
    for (const char *uri : {"qemu:///system", "qemu:///session", "qemu+unix:///system", "test:///default", "xen:///",
                            "qemu+unix:///system?socket=/run/x"})
        g_assert_true(parse_libvirt_uri(uri).value_or(LibvirtUri{.host = uri}).is_local());
    for (const char *uri : {"qemu://localhost/system", "qemu+ssh://host/system", "qemu+ssh:///system",
                            "qemu+tcp:///system", "qemu+tls:///system", "qemu+unix://host/system", "esx://host/"})
        g_assert_false(parse_libvirt_uri(uri).value_or(LibvirtUri{}).is_local());
}

static void connections_open_and_fail() {
    g_assert_nonnull(unwrap(open_connection("test:///default")).get());
    const auto connection = unwrap(open_connection_read_only("test:///default"));
    const Owned<virDomain> none{virDomainLookupByName(connection.get(), "no such")};
    g_assert_null(none.get());
    const auto failure = message_of(Result<>{libvirt_failure(H2K_ERROR_SOURCE, "Looking")}, H2K_ERROR_SOURCE);
    g_assert_true(failure.starts_with("Looking: Domain not found"));
    g_assert_true(message_of(open_connection("nonsense:///"), H2K_ERROR_TARGET)
                      .starts_with("Cannot connect to libvirt at “nonsense:///”: "));
    message_of(open_connection_read_only("nonsense:///"), H2K_ERROR_SOURCE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/libvirt/uri", uri_has_parts);
    g_test_add_func("/libvirt/local", only_this_host_is_local);
    g_test_add_func("/libvirt/connection", connections_open_and_fail);
    return g_test_run();
}
