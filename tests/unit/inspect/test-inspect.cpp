// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/inspect/clock.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/firmware.h"
#include "convert/inspect/inspect.h"
#include "convert/inspect/kernels.h"
#include "convert/inspect/os_release.h"
#include "convert/inspect/programs.h"
#include "convert/inspect/version_order.h"
#include "convert/model/json.h"
#include "convert/model/linux/families.h"
#include "tests/support/inspect_case.h"
#include "tests/support/test.h"
#include <algorithm>
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static std::string error_json(const Error &error) {
    g_assert_cmpint(error.code(), ==, H2K_ERROR_SOURCE);
    JsonWriter json;
    json.object([&] { json.member("error", error.message()); });
    return json.text();
}

/// All that inspection does, from the disks on.
static std::string inspected(const test::InspectCase &found) {
    const auto root = choose_root(found.storage, found.root);
    if (!root)
        return error_json(root.error());
    auto devices = unwrap(devices_as_named_on(found.storage, root->device));
    auto mounts =
        root->device.empty() ? std::vector<Mount>{} : unwrap(plan_mounts(found.storage, devices, root->device));
    const auto guest = test::mounted_guest(found, mounts);
    auto facts = unwrap(inspect(guest, std::move(devices), std::move(mounts)));
    if (!root->why.empty()) {
        Notices chosen;
        chosen.note("guest.several-systems", root->why);
        facts.notices.put_first(chosen);
    }
    return test::inspection_json(facts);
}

static void run_case(gconstpointer data) {
    const std::string folder = static_cast<const char *>(data);
    const auto golden = folder + "/inspection.json";
    const auto got = inspected(test::load_inspect_case(folder));
    if (g_getenv("H2K_TEST_REGENERATE") != nullptr)
        unwrap(write_file(golden, got));
    assert_equal(got, unwrap(read_file(golden, 1u << 20)));
}

static void add_cases() {
    std::vector<std::string> folders;
    std::error_code error;
    const auto all = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data/inspect";
    for (std::filesystem::directory_iterator at{all, error}, end; !error && at != end; at.increment(error))
        folders.push_back(at->path().string());
    std::ranges::sort(folders);
    g_assert_cmpuint(folders.size(), >=, 10);
    for (const auto &folder : folders)
        g_test_add_data_func_full(("/inspect/case/" + base_name(folder)).c_str(), g_strdup(folder.c_str()), run_case,
                                  g_free);
}

static void versions_in_order() {
    const std::vector<std::string> ascending{"4.18.0-553.el8",
                                             "4.18.0-553.5.1.el8",
                                             "5.10.0-28-amd64",
                                             "6.1-rc1",
                                             "6.1-rc2",
                                             "6.1~x",
                                             "6.1",
                                             "6.1.0-0.deb11.5-amd64",
                                             "6.1.0-9-amd64",
                                             "6.1.0-10-amd64",
                                             "6.1.0-10-cloud-amd64",
                                             "6.1.0-010.1-amd64",
                                             "6.1.0-18446744073709551616",
                                             "6.1.0-18446744073709551617",
                                             "6.10"};
    for (std::size_t i = 0; i < ascending.size(); i++)
        for (std::size_t j = 0; j < ascending.size(); j++) {
            if (ascending[i] == "6.1~x" || ascending[j] == "6.1~x")
                continue; // has its own lines below
            if (version_order(ascending[i], ascending[j]) != (i <=> j))
                g_error("%s against %s", ascending[i].c_str(), ascending[j].c_str());
        }
    g_assert_true(version_order("6.1~x", "6.1") < 0);
    g_assert_true(version_order("6.1.0-5", "6.1.0+5") == 0);
    g_assert_true(version_order("", "") == 0);
    g_assert_true(version_order("", "0") < 0);
}

static void os_release_is_parsed() {
    const auto found = parse_os_release(R"(# ID=comment
ID="De\\bian"
  VERSION_ID='12'
PRETTY_NAME="A \"B\" \$C"
ID_LIKE=
NAME
PRETTY_NAMES=x
)");
    assert_equal(found.id, R"(de\bian)");
    assert_equal(found.version, "12");
    assert_equal(found.pretty_name, R"(A "B" $C)");
    assert_equal(parse_os_release("VERSION_ID=\"12\"\r\n").version, "12");
    assert_equal(parse_os_release("ID=\"open\n").id, "\"open"); // nothing closes it: as it stands
    assert_equal(parse_os_release("ID=" + std::string(5000, 'x')).id, "");
    assert_equal(parse_os_release("PRETTY_NAME=\xff").pretty_name, "");
    assert_equal(parse_debian_version("7.11\n").version, "7");
    assert_equal(parse_debian_version("bookworm/sid\n").version, "");
    assert_equal(parse_debian_version("").id, "debian");
    const auto centos = parse_redhat_release("CentOS release 6.10 (Final)\n");
    assert_equal(centos.id + " " + centos.version, "centos 6.10");
}

static void families_by_id_and_likeness() {
    const auto name = [](std::string_view id, std::string_view like) {
        const auto *family = find_linux_family(id, like);
        return std::string{family ? family->name : ""};
    };
    assert_equal(name("mine", "x rhel"), "rhel");
    assert_equal(name("mine", ""), "");
    assert_equal(name("", ""), "");
    assert_equal(name("amzn", "centos rhel fedora"), "amazon"); // its own ID first
    assert_equal(name("opensuse-tumbleweed", "opensuse suse"), "suse");
    assert_equal(name("pop", "ubuntu debian"), "debian");
    const auto *debian = family_of({.distro = "ubuntu"});
    g_assert_nonnull(debian);
    g_assert_true(debian->packages == "deb" && debian->agent_package == "qemu-guest-agent");
    g_assert_true(debian->initramfs_tools.front() == "initramfs-tools");
    g_assert_true(debian->tools_of("vmware")->packages.front() == "open-vm-tools");
    g_assert_null(debian->tools_of("vax"));
}

static void architectures() {
    const auto of = [](std::string_view file) {
        test::FakeGuest guest;
        guest.files["/bin/true"] = file;
        return unwrap(find_architecture(guest));
    };
    std::string elf(64, '\0');
    elf.replace(0, 6,
                "\x7f"
                "ELF\x02\x01");
    const auto with_machine = [&](char low, char high) {
        auto file = elf;
        file[18] = low;
        file[19] = high;
        return of(file);
    };
    assert_equal(with_machine(62, 0), "x86_64");
    assert_equal(with_machine(3, 0), "i686");
    assert_equal(with_machine('\xb7', 0), "aarch64");
    assert_equal(with_machine(21, 0), "ppc64le");
    assert_equal(with_machine(77, 0), "");
    elf[5] = 2;
    assert_equal(with_machine(0, 22), "s390x");
    assert_equal(of(elf.substr(0, 19)), "");
    assert_equal(of("#!/bin/sh\nexec true # long enough\n"), "");
    assert_equal(of(""), "");
}

static void firmwares() {
    const BlockDevice esp{.name = "/dev/sda1", .type = "vfat", .parttype = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"};
    const BlockDevice mbr_esp{.name = "/dev/sda1", .type = "vfat", .parttype = "0xef"};
    const BlockDevice bios_boot{.name = "/dev/sda14", .parttype = "21686148-6449-6E6F-744E-656564454649"};
    const BlockDevice root{.name = "/dev/sda2", .type = "ext4", .parttype = "0x83"};
    const std::vector<Mount> mounted{{"/dev/sda2", "/", "ext4", ""}, {"/dev/sda1", "/boot/efi", "vfat", ""}};
    const auto is = [](const std::vector<BlockDevice> &devices, const std::vector<Mount> &mounts, Firmware wanted) {
        g_assert_cmpstr(name_of(firmware_of(devices, mounts)), ==, name_of(wanted));
    };
    is({}, {}, Firmware::unknown);
    is({root}, {}, Firmware::bios);
    is({root, esp}, {}, Firmware::uefi);
    is({root, mbr_esp}, {}, Firmware::uefi);
    is({root, esp, bios_boot}, {}, Firmware::bios);
    is({root, esp, bios_boot}, mounted, Firmware::uefi);
    is({root, bios_boot}, mounted, Firmware::bios);
}

static void initramfs_tools_are_distinguished() {
    const auto of = [](const std::vector<std::string> &paths) {
        test::FakeGuest guest;
        for (const auto &path : paths)
            guest.files[path];
        return unwrap(find_initramfs_tool(guest));
    };
    const std::string update = "/usr/sbin/update-initramfs", make = "/usr/sbin/mkinitramfs", dracut = "/usr/bin/dracut",
                      installed = "/var/lib/dpkg/info/initramfs-tools.md5sums";
    assert_equal(of({}), "");
    assert_equal(of({update, make}), "initramfs-tools");
    assert_equal(of({update, make, dracut, installed}), "initramfs-tools");
    assert_equal(of({update, make, dracut}), "dracut");
    assert_equal(of({update, dracut}), "dracut");
    assert_equal(of({"/sbin/dracut"}), "dracut");
    assert_equal(of({"/usr/bin/dracut-util"}), "");
    assert_equal(of({"/usr/bin/mkinitcpio"}), "mkinitcpio");
    assert_equal(of({"/usr/bin/mkinitcpio", dracut}), "mkinitcpio");
    assert_equal(of({"/usr/bin/mkinitcpio", dracut, "/etc/pacman.d/hooks/90-dracut-install.hook"}), "dracut");
    assert_equal(of({"/sbin/mkinitfs"}), "mkinitfs");
    assert_equal(of({"/sbin/mkinitrd"}), "mkinitrd");
    assert_equal(of({"/sbin/mkinitrd", "/usr/bin/dracut"}), "dracut"); // where it is a wrapper of that
    assert_equal(of({"/usr/bin/booster"}), "booster");
}

static void kernels_beside_the_loader() {
    test::FakeGuest guest;
    for (const auto *version : {"6.9.1-1-default", "6.6.30-gentoo", "6.8.1-arch1-1"})
        guest.files["/lib/modules/" + std::string{version} + "/modules.dep"];
    guest.files["/lib/modules/6.8.1-arch1-1/pkgbase"] = "linux\n";
    // systemd-boot of openSUSE puts a checksum behind the names.
    for (const auto *path :
         {"/boot/efi/opensuse-tumbleweed/6.9.1-1-default/linux-8f0b1c",
          "/boot/efi/opensuse-tumbleweed/6.9.1-1-default/initrd-77aa01", "/boot/kernel-genkernel-x86_64-6.6.30-gentoo",
          "/boot/initramfs-genkernel-x86_64-6.6.30-gentoo", "/boot/vmlinuz-linux", "/boot/booster-linux.img"})
        guest.files[path];
    Notices notices;
    std::vector<std::string> found;
    for (const auto &kernel : unwrap(find_kernels(guest, notices)))
        found.push_back(kernel.image + " " + kernel.initramfs);
    assert_equal(join(found, "\n"),
                 "/boot/kernel-genkernel-x86_64-6.6.30-gentoo /boot/initramfs-genkernel-x86_64-6.6.30-gentoo\n"
                 "/boot/vmlinuz-linux /boot/booster-linux.img\n"
                 "/boot/efi/opensuse-tumbleweed/6.9.1-1-default/linux-8f0b1c "
                 "/boot/efi/opensuse-tumbleweed/6.9.1-1-default/initrd-77aa01");
}

/// Each look at another device costs a mount of a slow appliance.
static void few_devices_are_mounted() {
    test::FakeStorage storage;
    storage.list = {{.name = "/dev/sda1", .type = "vfat"},        {.name = "/dev/sda2", .type = "swap"},
                    {.name = "/dev/sda3", .type = "LVM2_member"}, {.name = "/dev/sda4", .type = ""},
                    {.name = "/dev/sda5", .type = "crypto_LUKS"}, {.name = "/dev/sda6", .type = "ntfs"},
                    {.name = "/dev/vg0/root", .type = "ext4"},    {.name = "/dev/vg0/home", .type = "xfs"}};
    storage.files["/dev/vg0/root"]["/etc/os-release"] = "ID=debian\n";
    storage.files["/dev/vg0/root"]["/etc/fstab"] = "/dev/mapper/vg0-home /home xfs defaults 0 2\n";
    const auto root = unwrap(choose_root(storage)).device;
    assert_equal(root, "/dev/vg0/root");
    assert_equal(join(storage.mounted, " "), "/dev/vg0/root"); // which says that the other is its /home
    // Where the larger one turns out to hold no system, the next is looked at.
    storage.mounted.clear();
    storage.list.back().bytes = 1u << 30;
    assert_equal(unwrap(choose_root(storage)).device, "/dev/vg0/root");
    assert_equal(join(storage.mounted, " "), "/dev/vg0/home /dev/vg0/root");
    // Another system's root is not overlooked because the first one mounts it.
    storage.files["/dev/vg0/home"]["/etc/os-release"] = "ID=fedora\n";
    storage.list.back().bytes = 0;
    storage.files["/dev/vg0/root"]["/etc/fstab"] = "/dev/mapper/vg0-home /mnt/other xfs defaults 0 2\n";
    assert_equal(join(unwrap(find_roots(storage)), " "), "/dev/vg0/root /dev/vg0/home");
    storage.files["/dev/vg0/home"].clear();
    storage.mounted.clear();
    g_assert_cmpuint(unwrap(plan_mounts(storage, unwrap(devices_as_named_on(storage, root)), root)).size(), ==, 2);
    assert_equal(join(storage.mounted, " "), "/dev/vg0/root");
    storage.mounted.clear();
    g_assert_false(unwrap(holds_windows(storage)));
    assert_equal(join(storage.mounted, " "), "/dev/sda6");
    storage.files["/dev/sda6"]["/WINDOWS/win.ini"];
    g_assert_true(unwrap(holds_windows(storage)));
}

static void mounts_and_kernels_are_bounded() {
    test::FakeStorage storage;
    storage.list = {{.name = "/dev/sda1", .type = "ext4", .partition = 1},
                    {.name = "/dev/sda2", .type = "ext4", .partition = 2}};
    test::FakeGuest guest;
    auto &fstab = guest.files["/etc/fstab"];
    for (int i = 0; i < 100; ++i) {
        fstab += "/dev/sda2 /m" + std::to_string(i) + " ext4 defaults 0 0\n";
        guest.files["/lib/modules/6." + std::to_string(i) + "/modules.dep"];
        guest.files["/boot/vmlinuz-6." + std::to_string(i)];
    }
    storage.files["/dev/sda1"] = guest.files;
    const auto mounts = unwrap(plan_mounts(storage, storage.list, "/dev/sda1"));
    g_assert_cmpuint(mounts.size(), ==, 64);
    const auto notices_with = [](const Inspection &facts, std::string_view part) {
        return std::ranges::count_if(facts.notices,
                                     [&](const auto &w) { return w.text.find(part) != std::string::npos; });
    };
    const auto facts = unwrap(inspect(guest, storage.list, mounts));
    g_assert_cmpuint(facts.linux_facts().kernels.size(), ==, 64);
    assert_equal(facts.linux_facts().kernels.back().version, "6.99");
    g_assert_cmpint(notices_with(facts, "names more than 64"), ==, 1);
    g_assert_cmpint(notices_with(facts, "only the newest 64"), ==, 1);
    storage.files["/dev/sda1"]["/etc/fstab"] = guest.files["/etc/fstab"] = fstab + std::string(1u << 20, '#');
    guest.files["/etc/os-release"] = std::string(1u << 20, '#');
    const auto one = unwrap(plan_mounts(storage, storage.list, "/dev/sda1"));
    g_assert_cmpuint(one.size(), ==, 1);
    g_assert_cmpint(notices_with(unwrap(inspect(guest, storage.list, one)), "larger than"), ==, 2);
}

static void clocks_are_found() {
    const auto is_local = [](const char *path, const char *content) {
        test::FakeGuest guest;
        guest.files[path] = content;
        Notices notices;
        return unwrap(is_clock_local(guest, notices));
    };
    g_assert_true(is_local("/etc/adjtime", "0.000000 1700000000 0.000000\n1700000000\nLOCAL\n"));
    g_assert_false(is_local("/etc/adjtime", "0.000000 1700000000 0.000000\n1700000000\nUTC\n"));
    g_assert_false(is_local("/etc/adjtime", "LOCAL\n"));
    g_assert_true(is_local("/etc/sysconfig/clock", "ZONE=\"Europe/Berlin\"\nUTC=false\nARC=false\n"));
    g_assert_false(is_local("/etc/sysconfig/clock", "ZONE=\"Europe/Berlin\"\nUTC=true\n"));
    g_assert_true(is_local("/etc/sysconfig/clock", "HWCLOCK=\"--localtime\"\nTIMEZONE=\"Europe/Berlin\"\n"));
    g_assert_true(is_local("/etc/default/rcS", "UTC=no\n"));
    g_assert_true(is_local("/etc/conf.d/hwclock", "clock=\"local\"\n"));
    g_assert_false(is_local("/etc/conf.d/hwclock", "clock=\"UTC\"\n"));
    g_assert_false(is_local("/nothing", ""));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/inspect/version-order", versions_in_order);
    g_test_add_func("/inspect/os-release", os_release_is_parsed);
    g_test_add_func("/inspect/families", families_by_id_and_likeness);
    g_test_add_func("/inspect/architecture", architectures);
    g_test_add_func("/inspect/firmware", firmwares);
    g_test_add_func("/inspect/initramfs-tool", initramfs_tools_are_distinguished);
    g_test_add_func("/inspect/kernels-beside-the-loader", kernels_beside_the_loader);
    g_test_add_func("/inspect/few-mounts", few_devices_are_mounted);
    g_test_add_func("/inspect/limits", mounts_and_kernels_are_bounded);
    add_cases();
    g_test_add_func("/inspect/clock", clocks_are_found);
    return g_test_run();
}
