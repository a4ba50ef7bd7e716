// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/check/boot/leftovers.h"
#include "convert/check/boot/watch.h"
#include "convert/check/evidence/console.h"
#include "convert/check/evidence/screenshot.h"
#include "convert/check/evidence/verdict.h"
#include "convert/check/kvm/kvm.h"
#include "tests/support/test.h"
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr const char *nonce = "0123456789abcdef";

std::string line(const std::string &said) {
    return std::string{"H2K-"} + nonce + " " + std::to_string(posix_cksum(said)) + " " + said;
}

/// The dialogue with a probe that sends a whole report of these "KEY=VALUE", through the console and in pieces of
/// @piece bytes.
ProbeDialogue report_of(const std::vector<std::string> &said, std::size_t piece = 7) {
    std::string text = "Debian GNU/Linux 12 guest ttyS0\r\n\r\nguest login: ";
    unsigned number = 0;
    for (const auto &one : said)
        text += "\r\n" + line(std::to_string(++number) + " " + one) + "\r\n[   12.345678] some driver: loaded\r\n";
    ++number;
    text += line(std::to_string(number) + " end=" + std::to_string(number)) + "\r\n";
    ProbeDialogue probe{nonce};
    assert_equal(probe.answer("\r\nH2K-ASK\r\n"), std::string{nonce} + "\n");
    ConsoleText console;
    for (std::size_t at = 0; at < text.size(); at += piece)
        console.take(std::string_view{text}.substr(at, piece), [&](std::string_view got) { probe.take(got); });
    return probe;
}

void checksum_is_that_of_cksum() {
    for (const std::string text : {"", "a", "1 state=running", "12 mount=/boot /dev/vda2 ext4"}) {
        const auto done = unwrap(run_command({.argv = {"cksum"}, .input = text.empty() ? "" : text}, nullptr));
        if (!text.empty())
            assert_equal(words(done.output).front(), std::to_string(posix_cksum(text)));
    }
    g_assert_cmpuint(posix_cksum(""), ==, 4294967295u);
}

void report_survives_noise() {
    ProbeReport report{nonce};
    const std::string first = line("1 state=running"), second = line("2 kernel=6.1"), end = line("3 end=3");
    report.take(first.substr(0, 30));                                                 // cut off
    report.take(first.substr(0, 40) + "[   1.0] usb: new device" + first.substr(40)); // a kernel message in it
    report.take(line("1 state=running") + "x");                                       // something behind it
    report.take("H2K-ffffffffffffffff 1 1 state=faked");                              // another's mark
    report.take(std::string{"H2K-"} + nonce + " 12 1 state=faked");                   // a wrong sum
    report.take(line("0 zero=1"));
    report.take(line("601 much=1"));
    report.take(line("x no=1"));
    report.take(line("4 no-value"));
    report.take("");
    g_assert_false(report.has_begun());
    report.take("guest login: " + first); // behind a prompt
    g_assert_true(report.has_begun());
    report.take(end);
    g_assert_false(report.is_complete()); // the second is missing
    report.take(first);
    report.take(second);
    g_assert_true(report.is_complete());
    assert_equal(report.one("state"), "running");
    assert_equal(report.one("kernel"), "6.1");
    assert_equal(report.one("ker"), "");
}

void console_becomes_lines() {
    ConsoleText console;
    std::vector<std::string> got;
    const auto keep = [&](std::string_view one) { got.emplace_back(one); };
    for (const char *piece :
         {"\x1b[2J\x1b[01;01HUEFI Inter", "active Shell v2.2\r\n\x1b", "[0m\x1b[31mred\x1b", "[0m text\r",
          "over\rwritten\n", "\x1b]0;title\x07name\x01\x7f\tx\n\n\n", "guest login: "})
        console.take(piece, keep);
    assert_equal(join(got, "|"), "UEFI Interactive Shell v2.2|red text|over|written|name\tx");
    assert_equal(console.open_line(), "guest login: ");
    got.clear();
    console.take(std::string(100'000, 'a'), keep); // without a line end, and yet bounded
    g_assert_cmpuint(got.size(), >=, 10);
    g_assert_cmpuint(console.open_line().size(), <, 10'000);
}

void dead_ends_are_known() {
    for (const char *sign :
         {"(initramfs) ", "dracut:/# ", "Entering emergency mode. Exit the shell to continue.",
          "You are in emergency mode. After logging in, type \"journalctl -xb\"", "Give root password for maintenance",
          "Press Enter for maintenance", "[    1.234567] Kernel panic - not syncing: VFS: Unable to mount root fs",
          "No bootable device.", "BdsDxe: No bootable option or device was found.", "UEFI Interactive Shell v2.2",
          "Shell> ", "grub rescue> ", "grub> "})
        g_assert_nonnull(dead_end(sign).meaning);
    for (const char *fine :
         {"", "guest login:", "Loading initial ramdisk ...", "see (initramfs) for more", "GNU GRUB  version 2.06",
          "[    1.0] Kernel command line: panic=10", "Welcome to Debian GNU/Linux 12 (bookworm)!"})
        g_assert_null(dead_end(fine).meaning);
    g_assert_true(dead_end("You are in emergency mode").services_run);
    g_assert_false(dead_end("(initramfs)").services_run);
}

void login_prompts_are_known() {
    for (const char *prompt :
         {"guest login:", "guest login: ", "a.b-c login:", "guest login: [   12.3] usb: new device"})
        g_assert_true(is_login_prompt(prompt));
    for (const char *other :
         {"", "login:", "Last login: Fri", "[ 1.0] login: x", "this is no login:", "guest login:x", "guest login"})
        g_assert_false(is_login_prompt(other));
}

const std::vector<std::string> good = {"state=running",
                                       "kernel=6.1.0-50-cloud-amd64",
                                       "root=/dev/mapper/vg0-root",
                                       "root_driver=virtio_blk virtio_scsi",
                                       "mount=/ /dev/mapper/vg0-root ext4",
                                       "mount=/boot /dev/vda1 ext4",
                                       "swap=/dev/dm-1",
                                       "fstab_swap=UUID=1",
                                       "nic=enp1s0 00:50:56:8f:1a:01 virtio_net",
                                       "address=enp1s0 10.0.2.15/24",
                                       "failed=vgauth.service"};

/// @good with every entry that begins with @gone taken out, and @more put in.
std::vector<std::string> changed(const char *gone, const std::vector<std::string> &more) {
    auto said = good;
    std::erase_if(said, [&](const std::string &one) { return one.starts_with(gone); });
    said.insert(said.end(), more.begin(), more.end());
    return said;
}

void a_good_report_proves() {
    for (const std::size_t piece : {1u, 2u, 13u, 100'000u}) {
        BootEvidence evidence;
        const auto report = report_of(good, piece);
        g_assert_true(report.is_over());
        g_assert_true(judge(report, Bus::virtio, evidence).empty());
        g_assert_true(evidence.proven());
        assert_equal(evidence.why,
                     "The guest reported from inside that it runs with its root file system on “/dev/mapper/vg0-root” "
                     "(virtio_blk virtio_scsi) and everything of its fstab mounted.");
        g_assert_cmpuint(evidence.mounts.size(), ==, 2);
        assert_equal(join(evidence.failed_units, ","), "vgauth.service");
        assert_equal(join(evidence.nics, ","), "enp1s0 00:50:56:8f:1a:01 virtio_net");
    }
}

void what_is_short_of_proof_is_named() {
    const auto why = [](const std::vector<std::string> &said) {
        BootEvidence evidence;
        (void)judge(report_of(said), Bus::virtio, evidence);
        g_assert_false(evidence.proven());
        return evidence.why;
    };
    assert_equal(why(changed("?", {"missing=/data", "missing=/srv"})),
                 "The guest came up, but these of its file systems are not mounted: /data, /srv.");
    assert_equal(
        why(changed("root", {"root=/dev/sda1", "root_driver=ahci"})),
        "The guest came up with its root file system on “/dev/sda1”, which is not a virtio disk; its driver is "
        "“ahci”.");
    g_assert_true(why(changed("root_driver", {"root_driver=virtio_blk ahci"})).starts_with("The guest came up with"));
    g_assert_true(why(changed("root", {})).starts_with("The guest came up with"));
    assert_equal(why(changed("state", {"state=maintenance"})), "The guest came up in emergency mode only.");
    assert_equal(why(changed("state", {"state=maintenance", "missing=/boot"})),
                 "The guest came up in emergency mode only; these of its file systems are not mounted: /boot.");
}

void a_guest_that_got_other_disks_is_proven_on_them() {
    BootEvidence evidence;
    (void)judge(report_of(changed("root", {"root=/dev/sda1", "root_driver=ahci"})), Bus::sata, evidence);
    g_assert_true(evidence.proven());
    g_assert_true(evidence.why.contains("“/dev/sda1” (ahci)"));
}

void what_does_not_affect_the_proof_is_a_warning() {
    BootEvidence evidence;
    const auto notices =
        judge(report_of(changed("address", {"absent=/nfs", "fstab_swap=UUID=2", "gave_up=dev-sdb1.device"})),
              Bus::virtio, evidence);
    const std::vector<Notice> warnings{notices.begin(), notices.end()};
    g_assert_true(evidence.proven());
    g_assert_cmpuint(warnings.size(), ==, 4);
    assert_equal(warnings[0].id, "boot.not-mounted");
    g_assert_true(warnings[0].text.contains("“/nfs”") && warnings[3].id == "boot.no-address");
    assert_equal(warnings[1].text,
                 "The guest waited in vain for what the unit dev-sdb1.device needs, and started without that unit.");
    assert_equal(join(evidence.given_up_units, ","), "dev-sdb1.device");
    assert_equal(warnings[2].text, "The guest's fstab names 2 swap areas, but only 1 are in use.");
}

struct Folder {
    Folder() : path(Owned<char>{g_dir_make_tmp("h2k-XXXXXX", nullptr)}.get()) {}
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
};

void pictures_become_png() {
    const Folder folder;
    const std::string here = folder.path, png = here + "/a.png";
    unwrap(write_png(std::string{"P6\n# by QEMU\n2 1\n255\n\xff\x01\x02\x03\x04\x05", 27}, png));
    const auto made = unwrap(read_file(png, 4096));
    g_assert_true(made.starts_with("\x89PNG\r\n\x1a\n"));
    assert_equal(made.substr(12, 12), std::string_view{"IHDR\0\0\0\2\0\0\0\1", 12});
    unwrap(write_png(made, png)); // one already
    for (const char *bad : {"", "P6", "P5 1 1 255 x", "P6 2 2 255 xxxxx", "P6 0 1 255 ", "P6 99999 99999 255 xxx",
                            "P6 99999999999999999999 1 255 xxx", "P6 1 1 65535 xxxxxx", "P6 1 1 255", "P6 #"})
        g_assert_false(write_png(bad, png).has_value());
}

void serial_log_is_our_own_file() {
    const Folder here;
    const std::string log = here.path + "/log", link = here.path + "/link", fifo = here.path + "/fifo";
    auto file = unwrap(GrowingFile::create(log));
    unwrap(write_file(here.path + "/secret", "secret"));
    g_assert_cmpint(symlink("secret", link.c_str()), ==, 0);
    g_assert_cmpint(mkfifo(fifo.c_str(), 0600), ==, 0);
    for (const auto &taken : {log, link, fifo})
        g_assert_false(GrowingFile::create(taken).has_value());
    g_assert_true(file.more().empty());
    g_assert_cmpint(write(file.descriptor(), "0123456789", 10), ==, 10);
    assert_equal(std::string{file.more()}, "0123456789");
    // The writer puts a link in its place: we go on with what we made.
    std::filesystem::rename(link, log);
    assert_equal(unwrap(file.content(10, 4)), "0123456789");
    assert_equal(unwrap(file.content(9, 4)), "6789");
    g_assert_cmpint(ftruncate(file.descriptor(), 0), ==, 0);
    assert_equal(unwrap(file.content(9, 4)), "");
}

void space_is_left_to_the_host() {
    constexpr std::uint64_t gib = 1u << 30;
    g_assert_cmpuint(space_reserve(1000 * gib, 500 * gib), ==, 2 * gib);
    g_assert_cmpuint(space_reserve(20 * gib, 15 * gib), ==, gib);
    g_assert_cmpuint(space_reserve(1000 * gib, gib), ==, gib / 2);
    g_assert_cmpuint(space_reserve(0, 0), ==, 0);
    g_assert_false(SpaceWatch{"/no/such/folder"}.is_short());
}

void only_abandoned_folders_go() {
    const Folder here;
    const auto make = [&](const char *name) {
        unwrap(make_folder(here.path + "/" + name, 0700));
        return here.path + "/" + name;
    };
    const auto used = make("h2k-aaaaaa"), dead = make("h2k-bbbbbb"), unlocked = make("h2k-cccccc"),
               named = make("h2k-longer-name"), writable = make("h2k-dddddd");
    const auto lock = lock_boot_folder(used);
    g_assert_true(bool{lock});
    for (const auto &folder : {dead, named, writable})
        g_assert_true(bool{lock_boot_folder(folder)}); // given up at once
    g_assert_cmpint(chmod(writable.c_str(), 0777), ==, 0);
    remove_abandoned_boot_folders(here.path);
    g_assert_false(path_exists(dead));
    for (const auto &folder : {used, unlocked, named, writable})
        g_assert_true(path_exists(folder));
}

void kvm_is_asked_and_answers() {
    const auto start = g_get_monotonic_time();
    const bool works = kvm_works();
    g_test_message("KVM works here: %s", works ? "yes" : "no");
    g_assert_cmpint(g_get_monotonic_time() - start, <, 60 * G_USEC_PER_SEC);
    g_assert_true(kvm_works() == works);
    if (!path_exists("/dev/kvm"))
        g_assert_false(works);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot/cksum", checksum_is_that_of_cksum);
    g_test_add_func("/boot/report/noise", report_survives_noise);
    g_test_add_func("/boot/console/lines", console_becomes_lines);
    g_test_add_func("/boot/console/dead-ends", dead_ends_are_known);
    g_test_add_func("/boot/console/login", login_prompts_are_known);
    g_test_add_func("/boot/verdict/proven", a_good_report_proves);
    g_test_add_func("/boot/verdict/not-proven", what_is_short_of_proof_is_named);
    g_test_add_func("/boot/other-bus", a_guest_that_got_other_disks_is_proven_on_them);
    g_test_add_func("/boot/verdict/warnings", what_does_not_affect_the_proof_is_a_warning);
    g_test_add_func("/boot/screenshot", pictures_become_png);
    g_test_add_func("/boot/serial-log", serial_log_is_our_own_file);
    g_test_add_func("/boot/space", space_is_left_to_the_host);
    g_test_add_func("/boot/abandoned", only_abandoned_folders_go);
    g_test_add_func("/boot/kvm", kvm_is_asked_and_answers);
    return g_test_run();
}
