// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/unlock.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;

namespace {

void passphrase_prompts_are_told() {
    for (const char *line : {"Please unlock disk sda5_crypt: ",
                             "\xf0\x9f\x94\x90 Please enter passphrase for disk QEMU (luks-1): (press TAB)",
                             "Please enter passphrase for disk cr_root! ***:", "Enter passphrase for /dev/sda3: ",
                             "Enter passphrase for hd0,msdos1 (0a4f): ", "Password (luks-0a4f): ",
                             "[    3.1] usb: x Please unlock disk a: "})
        g_assert_false(passphrase_prompt(line).empty());
    for (const char *line : {"", "web login:", "Password:", "cryptsetup: sda5_crypt: set up successfully",
                             "Enter passphrase for /dev/sda3", "Set cipher aes, mode xts-plain64"})
        g_assert_true(passphrase_prompt(line).empty());
}

void passphrases_are_typed() {
    constexpr gint64 second = 1'000'000, long_after = 1000 * second;
    Unlock unlock{{{"0a4f-1111", Secret{"first"}, {}}, {"/dev/sdb1", Secret{"second"}, {}}}};
    const std::string prompt = "Please enter passphrase for disk Disk (luks-0A4F-1111): ";
    assert_equal(unlock.answer(prompt, second).value_or(Secret{}).view(), "first\n");
    g_assert_false(unlock.answer(prompt + "***", 2 * second).has_value()); // its stars
    g_assert_false(unlock.answer("web login:", long_after).has_value());
    assert_equal(unlock.answer(prompt, long_after).value_or(Secret{}).view(), "second\n");
    assert_equal(unlock.complaint(), "");
    assert_equal(unlock.answer(prompt, 2 * long_after).value_or(Secret{}).view(), "first\n");
    g_assert_false(unlock.answer(prompt, 3 * long_after).has_value());
    assert_equal(unlock.answer("Enter passphrase for /dev/sdb1: ", 3 * long_after).value_or(Secret{}).view(),
                 "second\n");
    g_assert_false(unlock.complaint().empty());
    assert_equal(unlock.redacted("a first b second\n"), "a [passphrase] b [passphrase]\n");
    Unlock none{{}};
    g_assert_false(none.answer(prompt, second).has_value());
    assert_equal(none.complaint(), "");
    const Unlock unasked{{{"all", Secret{"x"}, {}}}};
    g_assert_false(unasked.complaint().empty());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot/passphrase-prompts", passphrase_prompts_are_told);
    g_test_add_func("/boot/passphrases-typed", passphrases_are_typed);
    return g_test_run();
}
