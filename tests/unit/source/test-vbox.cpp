// SPDX-License-Identifier: LGPL-2.1-or-later
// VirtualBox's settings: what machine they describe, and what is refused.
#include "convert/source/vbox/settings.h"
#include "tests/support/metadata_case.h"
#include "tests/support/notices.h"

using namespace h2k;
using test::assert_case;
using test::assert_equal;
using test::describe_file;
using test::TestFolder;
using test::unwrap;

namespace {

/// @media: of the registry; @attached: to a SATA controller; @hardware: more of it.
std::string machine(const std::string &media, const std::string &attached, const std::string &hardware = {}) {
    return "<VirtualBox><Machine name=\"m\"><MediaRegistry><HardDisks>" + media +
           "</HardDisks></MediaRegistry><Hardware>" + hardware +
           "<StorageControllers><StorageController name=\"SATA\" type=\"AHCI\">" + attached +
           "</StorageController></StorageControllers></Hardware></Machine></VirtualBox>";
}

std::string uuid(unsigned number) {
    const auto digit = std::to_string(number);
    return "{00000000-0000-4000-8000-00000000000" + digit + "}";
}

std::string disk(unsigned number, const std::string &location, const std::string &below = {}) {
    return "<HardDisk uuid=\"" + uuid(number) + "\" location=\"" + location + "\" format=\"VDI\">" + below +
           "</HardDisk>";
}

std::string attached(unsigned number, const std::string &type = "HardDisk") {
    return "<AttachedDevice type=\"" + type + "\" port=\"0\" device=\"0\"><Image uuid=\"" + uuid(number) +
           "\"/></AttachedDevice>";
}

VboxSettings settings_of(const std::string &text) { return unwrap(parse_vbox(text, "x.vbox")); }

std::string error_of(const std::string &text) { return test::message_of(parse_vbox(text, "x.vbox"), H2K_ERROR_SOURCE); }

} // namespace

static void describes_a_machine() {
    assert_case("vbox-7", ".",
                "vbox “Build--nightly” 3c9f1a52-77de-4f0b-9a61-0c5d2be4f817\n"
                "3 processors, 0 cores, 3072 MiB, uefi tpm, Debian_64\n"
                "“Builds every night\nand sends mail.”\n"
                "disk0 sata system.vdi 24 MiB\n"
                "disk1 sata disks/data.vmdk 8 MiB\n"
                "nic 08:00:27:a1:b2:c3 “e1000” “NAT”\n"
                "nic 08:00:27:a1:b2:c4 “virtio” “enp3s0”\n"
                "cdrom sata\n"
                "! The contents of the TPM of “nightly.vbox” are not carried over; keys that are sealed in it are "
                "lost.\n"
                "! A drive for CDs and DVDs stays empty: “nightly.vbox” names the file “/usr/share/virtualbox/"
                "VBoxGuestAdditions.iso”, which is outside its own folder; use --allow-folder to allow reading from "
                "another folder.\n"
                "! Not carried over: serial port 0 /tmp/com1, sound card HDA, shared folder /srv/src, CD or DVD "
                "/usr/share/virtualbox/VBoxGuestAdditions.iso.\n");
}

static void follows_the_registry() {
    // The image with the newest state is a child of the one that it is based on.
    const auto found = settings_of(machine(disk(1, "a.vdi", disk(2, "Snapshots/b.vdi")), attached(2)));
    g_assert_cmpuint(found.disks.size(), ==, 1);
    assert_equal(found.disks[0].location + " " + found.disks[0].slot, "Snapshots/b.vdi SATA 0:0");
    // Before VirtualBox 7 the controllers are beside the hardware.
    const auto old = settings_of("<VirtualBox><Machine name=\"m\" stateFile=\"s.sav\"><MediaRegistry><HardDisks>" +
                                 disk(1, "a.vdi") +
                                 "</HardDisks></MediaRegistry><Hardware/><StorageControllers><StorageController "
                                 "name=\"IDE\" type=\"PIIX4\">" +
                                 attached(1) + "</StorageController></StorageControllers></Machine></VirtualBox>");
    g_assert_true(old.disks.size() == 1 && old.disks[0].bus == Bus::ide && old.machine.firmware == Firmware::bios);
    assert_equal(
        test::texts_of(old.notices).at(0),
        "“x.vbox” is suspended; the contents of its memory are not carried over, and its guest starts as after "
        "a power failure.");
    g_assert_cmpuint(old.machine.vcpus, ==, 1);
}

static void refuses_what_it_cannot_read() {
    assert_equal(error_of("<VirtualBox><Global/></VirtualBox>"),
                 "“x.vbox” is not the settings file of a VirtualBox machine.");
    assert_equal(error_of("<VirtualBox><MachineEncrypted/></VirtualBox>"),
                 "“x.vbox” is the settings file of an encrypted machine; decrypt it first, with “VBoxManage encryptvm "
                 "NAME setencryption --old-password FILE”.");
    assert_equal(
        error_of(machine(disk(1, "a.vdi"), attached(3))),
        "The disk SATA 0:0 of “x.vbox” is not in its list of media; export the machine with “VBoxManage export "
        "NAME -o MACHINE.ova”.");
    assert_equal(error_of(machine(disk(1, "iscsi://host/lun", ""), attached(1),
                                  "<SharedFolders><SharedFolder hostPath=\"/src\"/></SharedFolders>")),
                 "The disk SATA 0:0 of “x.vbox” is not in a file; copy it into one with “VBoxManage clonemedium UUID "
                 "COPY.vdi”, and name the copy as the source. Not carried over either: shared folder /src.");
    assert_equal(error_of(machine(disk(1, "a.vdi", "<Property name=\"CRYPT/KeyStore\" value=\"x\"/>"), attached(1))),
                 "The disk SATA 0:0 of “x.vbox” is encrypted by VirtualBox; decrypt it first, with “VBoxManage "
                 "encryptmedium DISK --oldpassword FILE”.");
}

/// The settings come from strangers: they name no file outside of their folder.
static void stays_in_its_folder() {
    const TestFolder folder;
    unwrap(make_folder(folder / "m", 0755));
    test::run({"qemu-img", "create", "-q", "-f", "vdi", folder / "outside.vdi", "4M"});
    const auto path = folder / "m/m.vbox";
    unwrap(write_file(path, machine(disk(1, "../outside.vdi"), attached(1))));
    assert_equal(
        test::message_of(describe_file(path), H2K_ERROR_SOURCE),
        "“m.vbox” names the file “../outside.vdi”, which is outside its own folder; use --allow-folder to allow "
        "reading from another folder.");
    unwrap(describe({.sources = {path}, .allowed_folders = {folder.path()}}));
    // A raw disk with such a text at its start is no description.
    std::filesystem::rename(path, folder / "m/disk.img");
    g_assert_true(test::message_of(describe_file(folder / "m/disk.img"), H2K_ERROR_SOURCE)
                      .starts_with("“disk.img” starts as the description of a machine, but has the name of a disk"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/vbox/machine", describes_a_machine);
    g_test_add_func("/vbox/registry", follows_the_registry);
    g_test_add_func("/vbox/refused", refuses_what_it_cannot_read);
    g_test_add_func("/vbox/folder", stays_in_its_folder);
    return g_test_run();
}
