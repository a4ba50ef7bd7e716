// SPDX-License-Identifier: LGPL-2.1-or-later
// An image that is extended has no copy: its length and its checksums are in the journal.
#include "convert/apply/apply.h"
#include "convert/base/text.h"
#include "convert/model/journal/guest_journal.h"
#include "tests/support/fake_guest.h"
#include "tests/support/growing_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string folder = "/var/lib/virt-hyper2kvm/job-1", image = "/boot/initrd", copy = folder + "/files" + image;

Change change(decltype(Change::action) action) { return {"linux.initramfs", "Because.", std::move(action)}; }

Change extend(const std::string &with, std::vector<std::string> otherwise = {}) {
    return change(ExtendInitramfs{.kernel = "6.1",
                                  .image = image,
                                  .files = {{.name = "x", .from = {}, .content = with}},
                                  .modules = {},
                                  .otherwise = std::move(otherwise)});
}

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

test::FakeGuest before() {
    test::FakeGuest fake;
    fake.files[image] = "image";
    fake.images[image] = {};
    return fake;
}

/// What the journal says of the image.
JournalFile entry(const GuestView &guest) {
    auto journal = read_guest_journal(content(guest, folder + "/journal.json"), "job-1");
    for (auto &file : journal.value().files)
        if (file.path == image)
            return std::move(file);
    g_assert_not_reached();
}

void assert_extended(const GuestView &guest, const std::string &whole) {
    const auto file = entry(guest);
    assert_equal(file.first, "extended");
    assert_equal(content(guest, copy), "(none)");
    g_assert_cmpuint(file.first_bytes.value_or(0), ==, 5);
    assert_equal(file.first_sha256, sha256_of("image"));
    assert_equal(file.left_sha256, sha256_of(whole));
}

void its_length_is_noted() {
    const auto fake = before();
    test::GrowingGuest guest{fake};
    guest.full = true; // no copy is needed
    const auto done = unwrap(apply_changes(guest, "job-1", {extend("+1"), extend("+2")}, {}, nullptr));
    assert_equal(content(guest, image), "image+1+2");
    g_assert_true(done[0].kept.empty() && done[0].instead.empty());
    assert_extended(guest, "image+1+2");
    // A job that is run again.
    unwrap(apply_changes(guest, "job-1", {extend("+3")}, {}, nullptr));
    assert_extended(guest, "image+1+2+3");
}

void assert_kept(const GuestView &guest) {
    const auto file = entry(guest);
    assert_equal(file.first, "kept");
    g_assert_false(file.first_bytes.has_value());
    assert_equal(content(guest, copy), "image");
}

void something_else_is_done_to_it() {
    const auto fake = before();
    for (const auto &other :
         {change(WriteFile{.path = image, .content = "x"}), change(RemoveFile{image}),
          change(RebuildInitramfs{.kernel = "6.1", .image = image, .modules = {}, .argv = {"make"}})}) {
        test::GrowingGuest guest{fake};
        unwrap(apply_changes(guest, "job-1", {extend("+1"), other}, {}, nullptr));
        assert_kept(guest);
    }
}

/// One that nobody knows to change the image.
void a_program_runs() {
    const auto fake = before();
    const auto run = change(RunInGuest{.argv = {"dpkg"}});
    test::GrowingGuest guest{fake};
    guest.leaves = "new";
    unwrap(apply_changes(guest, "job-1", {extend("+1"), run}, {}, nullptr));
    assert_kept(guest);
    // Where no copy fits, the image is its own original unless the program has changed it.
    test::GrowingGuest full{fake};
    full.full = true;
    unwrap(apply_changes(full, "job-1", {extend("+1"), run}, {}, nullptr));
    assert_extended(full, "image+1");
    for (const char *leaves : {"new", "a new image"}) {
        test::GrowingGuest rebuilt{fake};
        rebuilt.full = true;
        rebuilt.leaves = leaves;
        unwrap(apply_changes(rebuilt, "job-1", {extend("+1"), run, run}, {}, nullptr));
        assert_equal(entry(rebuilt).first, "no-room");
        g_assert_false(entry(rebuilt).first_bytes.has_value());
        assert_equal(entry(rebuilt).left_sha256, sha256_of(leaves));
    }
}

void it_is_rebuilt_instead() {
    const auto fake = before();
    test::GrowingGuest guest{fake};
    guest.grows = false;
    guest.leaves = "rebuilt";
    const auto done = unwrap(apply_changes(guest, "job-1", {extend("+1", {"make"})}, {}, nullptr));
    assert_equal(done[0].instead, "it cannot grow");
    assert_equal(done[0].error, "");
    assert_equal(join(done[0].kept, " "), copy);
    assert_equal(content(guest, image), "rebuilt");
    assert_kept(guest);

    test::GrowingGuest full{fake};
    full.grows = false;
    full.full = true;
    full.leaves = "rebuilt";
    unwrap(apply_changes(full, "job-1", {extend("+1", {"make"})}, {}, nullptr));
    assert_equal(entry(full).first, "no-room");
    test::message_of(apply_changes(full, "job-2", {extend("+1")}, {}, nullptr), H2K_ERROR_FAILED);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/apply-extended/length", its_length_is_noted);
    g_test_add_func("/apply-extended/something-else", something_else_is_done_to_it);
    g_test_add_func("/apply-extended/program", a_program_runs);
    g_test_add_func("/apply-extended/instead", it_is_rebuilt_instead);
    return g_test_run();
}
