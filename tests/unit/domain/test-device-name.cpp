// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/device_name.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;

static void device_names_go_on_after_z() {
    assert_equal(device_name("vd", 0), "vda");
    assert_equal(device_name("vd", 25), "vdz");
    assert_equal(device_name("vd", 26), "vdaa");
    assert_equal(device_name("sd", 701), "sdzz");
    assert_equal(device_name("sd", 702), "sdaaa");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/device-name/after-z", device_names_go_on_after_z);
    return g_test_run();
}
