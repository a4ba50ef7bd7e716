// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings that VMware's own programs do not write, and people do.
#include "convert/base/text.h"
#include "convert/source/vmx/hardware.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

/// Only what is read of the settings matters.
static void takes_the_first_of_two() {
    const auto machine = [](const std::string &text) {
        return unwrap(vmx_hardware(unwrap(parse_vmx(text, "x.vmx")), "x.vmx"));
    };
    const auto found =
        machine("vmstate = a\nvmState = b\nguestinfo.x = 1\nguestinfo.x = 2\nmemsize = 512\nmemSize = 512\n");
    assert_equal(join(test::texts_of(found.notices), "|"), "");
    const auto contradicted = machine("memsize = 512\nMemSize = 1024\nmemsize = 2048\nsata0:1.present = TRUE\n"
                                      "sata0:1.fileName = \"a.vmdk\"\nsata0:1.filename = \"b.vmdk\"\n");
    assert_equal(join(test::texts_of(contradicted.notices), "\n"),
                 "“x.vmx” sets “memsize” more than once, to different values; the first one, “512”, is used.\n"
                 "“x.vmx” sets “sata0:1.filename” more than once, to different values; the first one, “a.vmdk”, is "
                 "used.");
    g_assert_cmpuint(contradicted.machine.memory, ==, 512u << 20);
    assert_equal(contradicted.disks.at(0).file, "a.vmdk");
}

static void takes_an_iso_for_a_cdrom() {
    const auto found = unwrap(
        vmx_hardware(unwrap(parse_vmx("ide1:0.present = TRUE\nide1:0.fileName = \"Tools.ISO\"\nide1:1.present = TRUE\n"
                                      "ide1:1.deviceType = \"disk\"\nide1:1.fileName = \"linux.iso\"\n",
                                      "x.vmx")),
                     "x.vmx"));
    g_assert_cmpuint(found.machine.cdroms.size(), ==, 2);
    g_assert_true(found.disks.empty());
    assert_equal(join(test::texts_of(found.notices), "|"), "");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/vmx-odd/repeated", takes_the_first_of_two);
    g_test_add_func("/vmx-odd/iso", takes_an_iso_for_a_cdrom);
    return g_test_run();
}
