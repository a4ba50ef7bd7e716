// SPDX-License-Identifier: LGPL-2.1-or-later
// Options that say what is wished for the guest's software.
#include "convert/config/options.h"
#include "tests/support/test.h"

using namespace h2k;
using test::unwrap;

static void flags_are_taken() {
    Request r;
    g_assert_false(r.repair.keep_old_tools || r.repair.remove_cloud_agents);
    unwrap(set_option(r, "keep-old-tools", ""));
    unwrap(set_option(r, "remove-cloud-agents", ""));
    g_assert_true(r.repair.keep_old_tools && r.repair.remove_cloud_agents);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/config/guest/flags", flags_are_taken);
    return g_test_run();
}
