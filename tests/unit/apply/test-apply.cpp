// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/apply/apply.h"
#include "convert/base/text.h"
#include "convert/model/overlay.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

const std::string folder = "/var/lib/virt-hyper2kvm/job-1";

Change write(const std::string &path, const std::string &content) {
    return {.fixer = "linux.test", .reason = "Because.", .action = WriteFile{.path = path, .content = content}};
}

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

/// An Overlay whose disk is full and whose programs fail.
class BrokenGuest final : public Guest {
  public:
    explicit BrokenGuest(const GuestView &below) : overlay_(below) {}
    Result<std::optional<std::string>> read(const std::string &path) const override { return overlay_.read(path); }
    Result<std::vector<std::string>> list(const std::string &glob) const override {
        return dead ? fail(H2K_ERROR_FAILED, "it is dead") : overlay_.list(glob);
    }
    Result<std::optional<std::string>> link(const std::string &path) const override { return overlay_.link(path); }
    Result<std::vector<std::string>> initramfs_names(const std::string &path) const override {
        return overlay_.initramfs_names(path);
    }
    Result<> apply(const Change &change) override {
        if (const auto *run = std::get_if<RunInGuest>(&change.action)) {
            dead = run->argv[0] == "endless";
            return fail(H2K_ERROR_FAILED, "it ended with status 1");
        }
        return overlay_.apply(change);
    }
    Result<Kept> keep(const std::string &path, const std::string &copy) override {
        return full ? Kept::no_space : overlay_.keep(path, copy);
    }
    Result<std::string> sha256(const std::string &path) const override { return overlay_.sha256(path); }
    bool full = false, dead = false;

  private:
    Overlay overlay_;
};

void keeps_originals() {
    test::FakeGuest fake;
    fake.files["/etc/fstab"] = "old\n";
    Overlay guest{fake};
    std::string order;
    const auto done = unwrap(apply_changes(
        guest, "job-1", {write("/etc/fstab", "new\n"), write("/etc/fstab", "newer\n"), write("/etc/made", "m\n")},
        [&](std::size_t i, const Change &, ChangeState state) { order += std::to_string(i) + name_of(state)[0]; },
        nullptr));
    assert_equal(order, "0b0d1b1d2b2d");
    assert_equal(content(guest, "/etc/fstab"), "newer\n");
    assert_equal(content(guest, folder + "/files/etc/fstab"), "old\n");
    g_assert_cmpuint(done.size(), ==, 3);
    assert_equal(join(done[0].kept, ","), folder + "/files/etc/fstab");
    g_assert_true(done[2].kept.empty());
    const auto journal = content(guest, folder + "/journal.json");
    g_assert_true(holds(journal, "\"first\" : \"absent\""));
    g_assert_true(holds(journal, "\"outcome\" : \"done\""));
    g_assert_false(holds(journal, "\"error\""));
}

void again_keeps_nothing_twice() {
    test::FakeGuest fake;
    fake.files["/etc/fstab"] = "old\n";
    Overlay guest{fake};
    const std::vector<Change> changes{write("/etc/fstab", "new\n"), write("/etc/made", "m\n")};
    unwrap(apply_changes(guest, "job-1", changes, {}, nullptr));
    unwrap(apply_changes(guest, "job-1", changes, {}, nullptr));
    assert_equal(content(guest, folder + "/files/etc/fstab"), "old\n");
    assert_equal(content(guest, folder + "/files/etc/made"), "(none)");
}

void remembers_a_removed_link() {
    test::FakeGuest fake;
    fake.links["/etc/resolv.conf"] = "../run/resolv.conf";
    Overlay guest{fake};
    unwrap(apply_changes(guest, "job-1",
                         {{.fixer = "linux.test", .reason = "", .action = RemoveFile{"/etc/resolv.conf"}}}, {},
                         nullptr));
    const auto journal = content(guest, folder + "/journal.json");
    g_assert_true(holds(journal, "\"link\" : \"../run/resolv.conf\""));
}

void failure_ends_it_and_is_written_down() {
    test::FakeGuest fake;
    BrokenGuest guest{fake};
    const auto r = apply_changes(guest, "job-1",
                                 {write("/a", "1"),
                                  {.fixer = "linux.run", .reason = "", .action = RunInGuest{.argv = {"tool", "-x"}}},
                                  write("/b", "2")},
                                 {}, nullptr);
    assert_equal(test::message_of(r, H2K_ERROR_FAILED), "linux.run (tool -x): it ended with status 1");
    assert_equal(content(guest, "/a"), "1");
    assert_equal(content(guest, "/b"), "(none)");
    const auto journal = content(guest, folder + "/journal.json");
    g_assert_true(holds(journal, "\"error\" : \"it ended with status 1\""));
    g_assert_true(holds(journal, "\"outcome\" : \"failed\""));
    g_assert_true(holds(journal, "\"outcome\" : \"not-done\""));
}

Change run(const std::string &program) {
    return {.fixer = "linux.run", .reason = "", .action = RunInGuest{.argv = {program}}, .may_fail = true};
}

void what_may_fail_ends_nothing() {
    test::FakeGuest fake;
    BrokenGuest guest{fake};
    std::string order;
    const auto done = unwrap(apply_changes(
        guest, "job-1", {write("/a", "1"), run("tool"), write("/b", "2")},
        [&](std::size_t i, const Change &, ChangeState state) { order += std::to_string(i) + name_of(state)[0]; },
        nullptr));
    assert_equal(order, "0b0d1b1f2b2d");
    assert_equal(content(guest, "/b"), "2");
    assert_equal(done[1].error, "it ended with status 1");
    g_assert_true(done[0].error.empty() && done[2].error.empty());
    const auto journal = content(guest, folder + "/journal.json");
    g_assert_true(holds(journal, "\"outcome\" : \"failed\""));
    g_assert_false(holds(journal, "not-done"));
}

void a_dead_guest_ends_it() {
    test::FakeGuest fake;
    BrokenGuest guest{fake};
    const auto r = apply_changes(guest, "job-1", {write("/a", "1"), run("endless"), write("/b", "2")}, {}, nullptr);
    assert_equal(test::message_of(r, H2K_ERROR_FAILED), "linux.run (endless): it ended with status 1");
    assert_equal(content(guest, "/b"), "(none)");
}

/// The one entry of the journal for @path, as text.
std::string entry_of(const GuestView &guest, const std::string &path) {
    const auto journal = content(guest, folder + "/journal.json");
    const auto from = journal.find("\"path\" : \"" + path + "\"");
    return from == std::string::npos ? "" : journal.substr(from, journal.find('}', from) - from);
}

void every_kind_has_an_original() {
    test::FakeGuest fake;
    fake.files["/etc/old"] = "old\n";
    fake.files["/boot/efi/EFI/BOOT/BOOTX64.EFI"] = "theirs";
    fake.links["/etc/localtime"] = "/usr/share/zoneinfo/UTC";
    Overlay guest{fake};
    const auto change = [](auto action) { return Change{"linux.test", "", std::move(action)}; };
    unwrap(apply_changes(guest, "job-1",
                         {change(MakeFolder{.path = "/etc/a/b"}), change(MakeFolder{.path = "/etc"}),
                          change(MakeLink{.path = "/etc/localtime", .to = "../x"}),
                          change(MakeLink{.path = "/etc/old", .to = "new"}),
                          change(CopyFile{.path = "/boot/efi/EFI/BOOT/BOOTX64.EFI", .from = "/etc/old"}),
                          change(CopyIn{.path = "/opt/in", .from = "/host"})},
                         {}, nullptr));
    for (const char *made : {"/etc/a", "/etc/a/b", "/opt"})
        g_assert_true(holds(entry_of(guest, made), "\"no-folder\""));
    g_assert_false(holds(entry_of(guest, "/etc"), "no-folder"));
    g_assert_true(holds(entry_of(guest, "/etc/localtime"), "\"link\" : \"/usr/share/zoneinfo/UTC\""));
    g_assert_true(holds(entry_of(guest, "/etc/localtime"), "\"left_link\" : \"../x\""));
    g_assert_true(holds(entry_of(guest, "/etc/old"), "\"first\" : \"kept\""));
    g_assert_true(holds(entry_of(guest, "/etc/old"), "\"left_link\" : \"new\""));
    assert_equal(content(guest, folder + "/files/boot/efi/EFI/BOOT/BOOTX64.EFI"), "theirs");
    g_assert_true(holds(entry_of(guest, "/opt/in"), "\"absent\""));
    g_assert_true(holds(entry_of(guest, "/opt/in"), "\"left_sha256\" : \"e3b0c44298fc1c14"));
}

void full_disk_spares_only_images() {
    test::FakeGuest fake;
    fake.files["/etc/fstab"] = "old\n";
    fake.files["/boot/initrd"] = "image";
    fake.images["/boot/initrd"] = {};
    BrokenGuest guest{fake};
    guest.full = true;
    unwrap(apply_changes(guest, "job-1",
                         {{.fixer = "linux.initramfs",
                           .reason = "",
                           .action = RebuildInitramfs{.kernel = "6.1", .image = "/boot/initrd"}}},
                         {}, nullptr));
    g_assert_true(holds(content(guest, folder + "/journal.json"), "\"first\" : \"no-room\""));
    test::message_of(apply_changes(guest, "job-1", {write("/etc/fstab", "new\n")}, {}, nullptr), H2K_ERROR_FAILED);
    assert_equal(content(guest, "/etc/fstab"), "old\n");
}

void bad_names_are_refused() {
    test::FakeGuest fake;
    Overlay guest{fake};
    for (const char *path : {"/etc/../../x", "etc/fstab", "/", "/a/./b"})
        test::message_of(apply_changes(guest, "job-1", {write(path, "")}, {}, nullptr), H2K_ERROR_FAILED);
    for (const char *job : {"", "a/b", "..", "a b"})
        test::message_of(apply_changes(guest, job, {write("/a", "")}, {}, nullptr), H2K_ERROR_USAGE);
}

void cancelled_changes_nothing() {
    test::FakeGuest fake;
    Overlay guest{fake};
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    g_cancellable_cancel(cancel.get());
    test::message_of(apply_changes(guest, "job-1", {write("/a", "1")}, {}, cancel.get()), H2K_ERROR_CANCELLED);
    assert_equal(content(guest, "/a"), "(none)");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/apply/keeps-originals", keeps_originals);
    g_test_add_func("/apply/again", again_keeps_nothing_twice);
    g_test_add_func("/apply/removed-link", remembers_a_removed_link);
    g_test_add_func("/apply/failure", failure_ends_it_and_is_written_down);
    g_test_add_func("/apply/may-fail", what_may_fail_ends_nothing);
    g_test_add_func("/apply/may-fail/dead", a_dead_guest_ends_it);
    g_test_add_func("/apply/every-kind", every_kind_has_an_original);
    g_test_add_func("/apply/full-disk", full_disk_spares_only_images);
    g_test_add_func("/apply/bad-names", bad_names_are_refused);
    g_test_add_func("/apply/cancelled", cancelled_changes_nothing);
    return g_test_run();
}
