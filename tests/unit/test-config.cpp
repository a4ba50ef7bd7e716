// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/options.h"
#include "convert/config/values.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

static void values_are_checked() {
    Request r;
    unwrap(set_option(r, "mac", "00-50-56-AB-CD-EF"));
    assert_equal(r.macs.front(), "00:50:56:ab:cd:ef");
    for (const char *bad :
         {"", "00:50:56:ab:cd", "00:50:56:ab:cd:eg", "01:00:00:00:00:01", "00:00:00:00:00:00", "00:50:56:ab:cd:ef"})
        message_of(set_option(r, "mac", bad), H2K_ERROR_USAGE);
    for (const char *bad : {"", "a/b", ".a", "-a", "a\nb", "\xff"})
        message_of(set_option(r, "name", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "name", "Büro & Co"));
    for (const char *bad : {"0", "-1", "1.5", "x", "86401", ""})
        message_of(set_option(r, "boot-timeout", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "boot-timeout", "90"));
    g_assert_cmpuint(r.boot_timeout, ==, 90);
    message_of(set_option(r, "format", "vmdk"), H2K_ERROR_USAGE);
    message_of(set_option(r, "input-format", "auto"), H2K_ERROR_USAGE);
    message_of(set_option(r, "boot-test", "maybe"), H2K_ERROR_USAGE);
}

static void unknown_option_is_answered() {
    Request r;
    assert_equal(message_of(set_option(r, "ouput-dir", "x"), H2K_ERROR_USAGE),
                 "There is no option “ouput-dir”; did you mean “output-dir”?");
    assert_equal(message_of(set_option(r, "zzzzzzzz", "x"), H2K_ERROR_USAGE), "There is no option “zzzzzzzz”.");
    g_assert_cmpuint(edit_distance("kitten", "sitting"), ==, 3);
    g_assert_cmpuint(edit_distance("", "abc"), ==, 3);
}

static void requests_are_checked() {
    Request r;
    message_of(check_request(r, Action::inspect), H2K_ERROR_USAGE);
    r.sources = {"/a.vmdk"};
    unwrap(check_request(r, Action::inspect));
    message_of(check_request(r, Action::import), H2K_ERROR_USAGE);
    unwrap(set_option(r, "output-dir", "out"));
    g_assert_true(r.output_dir.starts_with('/'));
    unwrap(check_request(r, Action::import));
    unwrap(set_option(r, "pool", "default"));
    message_of(check_request(r, Action::import), H2K_ERROR_USAGE);
    r.sources.assign(max_disks + 1, "/a");
    message_of(check_request(r, Action::inspect), H2K_ERROR_USAGE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/config/values", values_are_checked);
    g_test_add_func("/config/unknown", unknown_option_is_answered);
    g_test_add_func("/config/request", requests_are_checked);
    return g_test_run();
}
