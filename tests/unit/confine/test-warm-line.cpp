// SPDX-License-Identifier: LGPL-2.1-or-later
// Command lines of an appliance that is recorded and restored.
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include "convert/base/text.h"
#include "convert/confine/warm/recording.h"
#include "tests/support/test_folder.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

namespace {

using Words = std::vector<std::string>;

/// As libguestfs 1.48 makes it, with @disks; @channel differs in each launch.
Words line_of(const std::string &folder, const Words &disks, const std::string &channel = "/tmp/a/guestfsd.sock") {
    Words line{"-no-user-config",
               "-nodefaults",
               "-display",
               "none",
               "-machine",
               "accel=tcg",
               "-m",
               "1280",
               "-no-reboot",
               "-rtc",
               "driftfix=slew",
               "-no-hpet",
               "-kernel",
               folder + "/kernel",
               "-initrd",
               folder + "/initrd",
               "-device",
               "virtio-scsi-pci,id=scsi"};
    line.insert(line.end(), disks.begin(), disks.end());
    for (const auto &word :
         Words{"-drive", "file=" + folder + "/root,snapshot=on,id=appliance,cache=unsafe,if=none,format=raw", "-device",
               "scsi-hd,drive=appliance", "-device", "virtio-serial-pci", "-serial", "stdio", "-chardev",
               "socket,path=" + channel + ",id=channel0", "-device",
               "virtserialport,chardev=channel0,name=org.libguestfs.channel.0", "-append",
               "panic=1 root=UUID=1234 quiet"})
        line.push_back(word);
    return line;
}

const Words two_disks{"-drive",  "file=nbd:unix:/w/a,,b,cache=unsafe,format=raw,id=hd0,if=none",
                      "-device", "scsi-hd,drive=hd0",
                      "-drive",  "file=nbd:unix:/w/c,cache=unsafe,format=raw,id=hd1,if=none",
                      "-device", "scsi-hd,drive=hd1,physical_block_size=4096,logical_block_size=4096"};

std::string value_after(const Words &words, const std::string &option, std::string_view start = "") {
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == option && words[i + 1].starts_with(start))
            return words[i + 1];
    return "(none)";
}

void is_taken_apart() {
    const auto line = unwrap(read_appliance_line(line_of("/a", two_disks)));
    g_assert_cmpuint(line.disk_count, ==, 2);
    g_assert_true(line.disks == two_disks);
    assert_equal(line.kernel, "/a/kernel");
    assert_equal(line.initrd, "/a/initrd");
    assert_equal(line.root, "/a/root");
    // Neither disks nor the name of a socket make another recording necessary; all else does.
    const auto same = comparable(unwrap(read_appliance_line(line_of("/a", {}, "/tmp/b/guestfsd.sock"))));
    assert_equal(comparable(line), same);
    for (const auto &[from, to] : {std::pair{"1280", "2048"}, {"quiet", "quiet guestfs_verbose=1"}, {"1234", "1235"}}) {
        auto words = line_of("/a", {});
        for (auto &word : words)
            word = replace_all(word, from, to);
        g_assert_true(comparable(unwrap(read_appliance_line(words))) != same);
    }
}

void strange_lines_are_refused() {
    const auto good = line_of("/a", two_disks);
    for (std::size_t i = 0; i < good.size(); ++i) {
        if (good[i] != "-kernel" && good[i] != "-initrd" && good[i] != "-append" && good[i] != "-rtc" &&
            good[i] != "-chardev")
            continue;
        auto words = good;
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        g_assert_false(read_appliance_line(words).has_value());
    }
    for (const auto &more : {Words{"-device"},
                             {"surplus"},
                             {"-drive", "file=/etc/shadow,id=other,format=raw"},
                             {"-drive", "file=/x,id=hd7"},
                             {"-drive", "file=/x,snapshot=off,id=appliance,format=raw"}}) {
        auto words = good;
        words.insert(words.end(), more.begin(), more.end());
        g_assert_false(read_appliance_line(words).has_value());
    }
}

void nothing_of_a_guest_is_recorded() {
    const auto line = unwrap(read_appliance_line(line_of("/a", {})));
    const auto words =
        recording_arguments(line, {.initrd = "/proc/self/fd/9", .overlay = 5, .root = 6, .hold = 7, .qmp = 8});
    g_assert_cmpint(std::ranges::count(words, "-drive"), ==, 1);
    g_assert_true(value_after(words, "-drive").contains("/dev/fdset/5") &&
                  value_after(words, "-drive").contains("backing.file.filename=/dev/fdset/6"));
    assert_equal(value_after(words, "-initrd"), "/proc/self/fd/9");
    assert_equal(value_after(words, "-chardev"), "null,id=channel0");
    assert_equal(value_after(words, "-rtc"), "base=utc,clock=vm");
    assert_equal(value_after(words, "-append"), "panic=1 root=UUID=1234 quiet rdinit=/h2k/hold");
    assert_equal(value_after(words, "-device", "scsi-hd"), "(none)");
}

/// QEMU numbers devices by their order: both machines have the same, and the disks that order in which they were.
void machines_are_alike() {
    const auto line = unwrap(read_appliance_line(line_of("/a", two_disks)));
    auto recorded = line;
    recorded.disks.clear();
    const auto devices = [](const Words &words) {
        Words found;
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            if (words[i] == "-device" && !words[i + 1].starts_with("scsi-hd"))
                found.push_back(words[i + 1]);
        return join(found, "\n");
    };
    const auto restored = restoring_arguments(line, {.overlay = 5, .root = 6, .state = 7, .hold = "/w/wake"});
    assert_equal(devices(restored), devices(recording_arguments(recorded, {})));
    assert_equal(value_after(restored, "-incoming"), "fd:7");
    assert_equal(value_after(restored, "-chardev", "socket,id=hold"), "socket,id=hold,path=/w/wake");
    assert_equal(value_after(restored, "-chardev"), "socket,path=/tmp/a/guestfsd.sock,id=channel0");
    assert_equal(value_after(restored, "-initrd"), "(none)");
    assert_equal(value_after(restored, "-rtc"), "base=utc,clock=vm");
    g_assert_true(value_after(restored, "-drive", "file.driver").contains("snapshot=on"));
    const auto at = std::ranges::search(restored, two_disks);
    g_assert_true(at.begin() != restored.end());
}

void facts_say_what_changed() {
    const TestFolder folder;
    const auto libexec = own_program("virt-hyper2kvm-hold");
    if (!path_exists(libexec))
        return g_test_skip("the program that holds is not built");
    for (const char *name : {"kernel", "initrd", "root", "qemu"})
        unwrap(write_file(folder / name, name));
    const auto line = unwrap(read_appliance_line(line_of(folder.path(), {})));
    const auto facts = unwrap(facts_of(folder / "qemu", "1.48.6", line));
    g_assert_true(still_hold(facts, folder / "qemu", "1.48.6"));
    g_assert_cmpuint(key_of(facts).size(), ==, 32);
    g_assert_false(still_hold(facts, folder / "qemu", "1.48.7"));
    g_assert_false(still_hold("", folder / "qemu", "1.48.6"));
    unwrap(write_file(folder / "root", "another root"));
    g_assert_false(still_hold(facts, folder / "qemu", "1.48.6"));
    const auto later = unwrap(facts_of(folder / "qemu", "1.48.6", line));
    g_assert_true(key_of(later) != key_of(facts));
    unwrap(write_file(folder / "qemu", "qemu"));
    g_assert_false(still_hold(later, folder / "qemu", "1.48.6"));
    g_assert_false(facts_of(folder / "none", "1.48.6", line).has_value());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/warm/taken-apart", is_taken_apart);
    g_test_add_func("/warm/strange", strange_lines_are_refused);
    g_test_add_func("/warm/nothing-of-a-guest", nothing_of_a_guest_is_recorded);
    g_test_add_func("/warm/alike", machines_are_alike);
    g_test_add_func("/warm/facts", facts_say_what_changed);
    return g_test_run();
}
