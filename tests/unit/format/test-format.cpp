// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/allowance.h"
#include "convert/format/identifier.h"
#include "convert/format/limits.h"
#include "convert/format/utf16.h"
#include "convert/format/vhdx/crc32c.h"
#include "tests/support/test.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::unwrap;

static void sums_as_the_standard_says() {
    g_assert_cmphex(crc32c("123456789"), ==, 0xe3069283);
    // RFC 3720, appendix B.4.
    g_assert_cmphex(crc32c(std::string(32, '\0')), ==, 0x8a9136aa);
    g_assert_cmphex(crc32c(std::string(32, '\xff')), ==, 0x62a8ab43);
    g_assert_cmphex(crc32c(""), ==, 0);
}

static void writes_identifiers() {
    const auto bytes = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\xfe\xff and more"s;
    assert_equal(uuid_text(bytes), "00010203-0405-0607-0809-0a0b0c0dfeff");
    assert_equal(guid_text(bytes), "03020100-0504-0706-0809-0a0b0c0dfeff");
    assert_equal(uuid_text(bytes.substr(0, 15)) + guid_text(bytes.substr(0, 15)), "");
}

static void reads_utf16() {
    assert_equal(utf16_text("a\0\xfc\0\x3d\xd8\x00\xde"s, std::endian::little), "aü😀");
    assert_equal(utf16_text("\0a\0\xfc\xd8\x3d\xde\x00"s, std::endian::big), "aü😀");
    assert_equal(utf16_text("a\0\0\0b\0"s, std::endian::little), "a");
    assert_equal(utf16_text("a\0b"s, std::endian::little), "a");
    assert_equal(utf16_text("\x3d\xd8"s, std::endian::little), ""); // half a pair
    assert_equal(utf16_text("\x00\xde\x3d\xd8"s, std::endian::little), "");
    assert_equal(utf16_text("", std::endian::little), "");
}

static void grants_work_for_what_is_stored() {
    using namespace std::chrono_literals;
    Allowance allowance{nullptr, {.base = 1ms, .per_mebibyte = 1s}};
    unwrap(allowance.check());
    allowance.charge(2s);
    const auto refused = test::message_of(allowance.check(), H2K_ERROR_SOURCE);
    g_assert_true(refused.starts_with("The source takes more than 0 s of processor time to read"));
    // Each file counts once, and by what it takes on the host.
    allowance.add_file(1, 1, mebibyte + mebibyte / 2);
    allowance.add_file(1, 1, 64 * mebibyte);
    test::message_of(allowance.check(), H2K_ERROR_SOURCE);
    allowance.add_file(1, 2, mebibyte);
    unwrap(allowance.check());
    allowance.add_file(1, 3, G_MAXUINT64);
    allowance.charge(24h);
    unwrap(allowance.check());
}

static void charges_our_own_work() {
    using namespace std::chrono_literals;
    Allowance allowance{nullptr, {.base = 20ms}};
    auto checked = allowance.check();
    for (int i = 0; checked && i < 100'000'000; ++i)
        checked = allowance.check();
    test::message_of(checked, H2K_ERROR_SOURCE);
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    Allowance cancellable{cancel.get()};
    unwrap(cancellable.check());
    g_cancellable_cancel(cancel.get());
    test::message_of(cancellable.check(), H2K_ERROR_CANCELLED);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/format/crc32c", sums_as_the_standard_says);
    g_test_add_func("/format/identifier", writes_identifiers);
    g_test_add_func("/format/utf16", reads_utf16);
    g_test_add_func("/format/allowance", grants_work_for_what_is_stored);
    g_test_add_func("/format/own-work", charges_our_own_work);
    return g_test_run();
}
