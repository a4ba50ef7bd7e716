// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "tests/support/test.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <glib/gstdio.h>
#include <sys/mman.h>

using namespace h2k;
using namespace std::string_view_literals;
using test::assert_equal;
using test::unwrap;

static void text_parts() {
    g_assert_cmpuint(split("a,,b", ',').size(), ==, 3);
    assert_equal(join(words("  a \t b "), "|"), "a|b");
    assert_equal(join(lines("a\r\nb\n\nc"), "|"), "a|b||c");
    assert_equal(trim(" \n x y\t"), "x y");
    assert_equal(replace_all("aXbX", "X", "XX"), "aXXbXX");
    g_assert_false(is_utf8(std::string_view{"a\xff", 2}));
    for (const std::string_view text : {"\t"sv, "a\r"sv, "\0"sv, "\x7f"sv, "\u0080"sv, "\u2029"sv})
        g_assert_true(has_control(text));
    for (const std::string_view text : {""sv, "a b"sv, "\x85\xff"sv, "\u00a0\u200b"sv})
        g_assert_false(has_control(text));
    g_assert_true(has_control_byte("a\r") && !has_control_byte("a\tb\x85"));
}

static void numbers_are_whole() {
    g_assert_true(parse_number("18446744073709551615") == G_MAXUINT64);
    g_assert_true(parse_number<unsigned>("007") == 7u);
    g_assert_true(parse_number<unsigned>("022", 0, 0777, 8) == 022u);
    g_assert_true(parse_number<unsigned>("fFfe", 0, G_MAXUINT, 16) == 0xfffeu);
    const std::vector<std::string_view> none{"",        " 1", "1 ", "+1", "-1", "0x1", "1.0", "18446744073709551616",
                                             {"1\0", 2}};
    for (const auto text : none)
        g_assert_false(parse_number(text).has_value());
    g_assert_true(parse_number("3", 3, 4) && parse_number("4", 3, 4));
    g_assert_false(parse_number("2", 3, 4) || parse_number("5", 3, 4));
}

static void octal_escapes_are_undone() {
    assert_equal(without_octal_escapes("/a\\040b\\134\\"), "/a b\\\\");
    assert_equal(without_octal_escapes("\\04 \\400 \\080 \\"), "\\04 \\400 \\080 \\");
}

static void alphabets() {
    g_assert_true(consists_of("a-Z.9", "-."));
    g_assert_false(consists_of("a b", "-.") || consists_of("", "") || consists_of("ä", "-."));
}

static void messages_are_one_line() {
    assert_equal(one_line("a\nvirt-hyper2kvm: note: all is well\n"), "a / virt-hyper2kvm: note: all is well");
    assert_equal(one_line("\x1b[2Ja\tb\u202e"), "?[2Ja?b?");
    const Result<> failed = fail(H2K_ERROR_SOURCE, "“%s” is missing", "x\n\x1b[1m\xff");
    assert_equal(failed.error().message(), "“x / ?[1m\uFFFD” is missing");
    assert_equal(printable("a\nb"), "a?b");
}

static void words_for_a_shell() {
    assert_equal(line_for_shell({"rm", "/a/b-1.qcow2", ""}), "rm /a/b-1.qcow2 ''");
    assert_equal(word_for_shell("a b'c$(d)"), "'a b'\\''c$(d)'");
    assert_equal(word_for_shell("a\n\x1b'\\ä"), "$'a\\012\\033\\047\\134\\303\\244'");
    assert_equal(word_for_shell("ä ö"), "'ä ö'");
}

static void descriptors_leave_the_standard_ones() {
    const int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    g_assert_cmpint(kept, >=, 10);
    close(STDIN_FILENO);
    {
        const Descriptor file{open("/dev/null", O_RDONLY | O_CLOEXEC)};
        g_assert_cmpint(file.get(), >, STDERR_FILENO);
        g_assert_cmpint(fcntl(file.get(), F_GETFD), ==, FD_CLOEXEC);
        g_assert_cmpint(fcntl(STDIN_FILENO, F_GETFD), ==, -1);
    }
    g_assert_cmpint(dup2(kept, STDIN_FILENO), ==, STDIN_FILENO);
    close(kept);
}

static void error_keeps_its_code() {
    Result<int> r = fail(H2K_ERROR_SOURCE, "no such disk “%s”", "x");
    Error e = std::move(r).error().context("opening");
    g_assert_true(e.is(H2K_ERROR_SOURCE));
    GError *raw = nullptr;
    std::move(e).propagate(&raw);
    g_assert_error(raw, H2K_ERROR, H2K_ERROR_SOURCE);
    g_assert_cmpstr(raw->message, ==, "opening: no such disk “x”");
    g_error_free(raw);
    Error cancelled = Error::take(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "x"));
    g_assert_cmpint(cancelled.code(), ==, H2K_ERROR_CANCELLED);
}

static void command_runs() {
    const auto done = unwrap(run_command({.argv = {"sh", "-c", "cat; echo bad >&2; exit 3"}, .input = "in"}, nullptr));
    g_assert_cmpint(done.status, ==, 3);
    assert_equal(done.output, "in");
    assert_equal(done.errors, "bad\n");
    g_assert_false(require_command({.argv = {"false"}}, nullptr).has_value());
    g_assert_false(run_command({.argv = {"/no/such/program"}}, nullptr).has_value());
    g_assert_false(run_command({.argv = {"yes"}, .output_limit = 1000}, nullptr).has_value());
}

static void command_is_cancelled() {
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const auto r = run_command({.argv = {"sh", "-c", "echo go; exec sleep 100"},
                                .on_output = [&](std::string_view) { g_cancellable_cancel(cancel.get()); }},
                               cancel.get());
    test::message_of(r, H2K_ERROR_CANCELLED);
}

static bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

static void descriptor_has_one_owner() {
    Descriptor first{memfd_create("h2k", MFD_CLOEXEC)};
    const int fd = first.get();
    Descriptor second{std::move(first)};
    g_assert_false(static_cast<bool>(first));
    first = std::move(second);
    g_assert_cmpint(first.get(), ==, fd);
    errno = EXDEV;
    first.reset();
    g_assert_cmpint(errno, ==, EXDEV);
    g_assert_false(is_open(fd));
    Descriptor third{memfd_create("h2k", MFD_CLOEXEC)};
    const Descriptor taken{third.release()};
    g_assert_true(is_open(taken.get()));
}

static void all_is_written() {
    const Descriptor file{memfd_create("h2k", MFD_CLOEXEC)};
    g_assert_cmpint(write_all(file.get(), "abcdef"), ==, 0);
    g_assert_cmpint(write_all(file.get(), "XY", 2), ==, 0);
    g_assert_cmpint(write_all(file.get(), "g"), ==, 0);
    char found[8]{};
    g_assert_cmpint(pread(file.get(), found, sizeof found, 0), ==, 7);
    assert_equal(found, "abXYefg");
    g_assert_cmpint(write_all(-1, "a"), ==, EBADF);
    const Descriptor full{open("/dev/full", O_WRONLY | O_CLOEXEC)};
    g_assert_cmpint(write_all(full.get(), "a"), ==, ENOSPC);
    g_assert_cmpint(sync_path("/no/such/file"), ==, ENOENT);
}

static void publish_never_replaces() {
    const Owned<char> parent{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    const std::string a = std::string{parent.get()} + "/a", b = std::string{parent.get()} + "/b";
    unwrap(write_file(a, "a"));
    unwrap(write_file(b, "b"));
    test::message_of(publish(a, b), H2K_ERROR_TARGET);
    assert_equal(unwrap(read_file(b, 10)), "b");
    g_remove(b.c_str());
    unwrap(publish(a, b));
    assert_equal(unwrap(read_file(b, 10)), "a");
    g_assert_false(read_file(b, 0).has_value());
    std::filesystem::remove_all(parent.get());
}

/// Whatever the steps are that a file is read in.
static void reads_files_up_to_a_limit() {
    const test::TestFolder folder;
    for (const std::size_t size : {0u, 1u, 16383u, 16384u, 16385u, 32768u, 100000u}) {
        const std::string text(size, 'x');
        unwrap(write_file(folder / "f", text));
        assert_equal(unwrap(read_file(folder / "f", size)), text);
        assert_equal(unwrap(read_file(folder / "f", 1u << 24)), text);
        if (size > 0)
            assert_equal(test::message_of(read_file(folder / "f", size - 1), H2K_ERROR_FAILED),
                         "“" + (folder / "f") + "” is longer than " + std::to_string(size - 1) + " bytes.");
    }
    // One that says nothing of its length.
    g_assert_cmpuint(unwrap(read_file("/proc/self/maps", 1u << 24)).size(), >, 0);
    g_assert_false(read_file("/dev/zero", 1u << 20).has_value());
}

static void macs() {
    for (const auto *text : {"00:50:56:8F:1a:01", "00-50-56-8f-1a-01", " 0050568f1a01\t", "00-50:56:8f:1a-01"})
        assert_equal(parse_mac(text), "00:50:56:8f:1a:01");
    for (const auto *text : {"", "00:50:56:8f:1a", "00:50:56:8f:1a:0g", "00.50.56.8f.1a.01", "00:50:56:8f:1a:01:02",
                             "0050:56:8f:1a:01:", "0050568f1a0", "00:50:56:8f:1a:0 "})
        assert_equal(parse_mac(text), "");
    g_assert_true(is_mac_of_card("00:50:56:8f:1a:01"));
    for (const auto *mac : {"", "00:00:00:00:00:00", "01:50:56:8f:1a:01", "ff:ff:ff:ff:ff:ff"})
        g_assert_false(is_mac_of_card(mac));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/base/macs", macs);
    g_test_add_func("/base/text", text_parts);
    g_test_add_func("/base/text/number", numbers_are_whole);
    g_test_add_func("/base/text/octal", octal_escapes_are_undone);
    g_test_add_func("/base/text/alphabet", alphabets);
    g_test_add_func("/base/error", error_keeps_its_code);
    g_test_add_func("/base/messages/one-line", messages_are_one_line);
    g_test_add_func("/base/messages/shell", words_for_a_shell);
    g_test_add_func("/base/command/run", command_runs);
    g_test_add_func("/base/command/cancel", command_is_cancelled);
    g_test_add_func("/base/descriptor", descriptor_has_one_owner);
    g_test_add_func("/base/descriptor/standard", descriptors_leave_the_standard_ones);
    g_test_add_func("/base/write-all", all_is_written);
    g_test_add_func("/base/publish", publish_never_replaces);
    g_test_add_func("/base/read-limit", reads_files_up_to_a_limit);
    return g_test_run();
}
