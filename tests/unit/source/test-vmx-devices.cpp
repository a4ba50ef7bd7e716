// SPDX-License-Identifier: LGPL-2.1-or-later
// VMX files: what a machine is known by, and the devices that no domain gets.
#include "convert/source/vmx/hardware.h"
#include "tests/support/metadata_case.h"
#include "tests/support/notices.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static VmxHardware hardware_of(std::string_view text) {
    return unwrap(vmx_hardware(unwrap(parse_vmx(text, "x.vmx")), "x.vmx"));
}

/// Devices of its host, and media in its drives.
static void lists_what_is_lost() {
    const auto lost = [](std::string_view text) {
        std::string all;
        for (const auto &device : hardware_of(text).machine.not_carried)
            all += std::string{name_of(device.kind)} + " " + device.name + "\n";
        return all;
    };
    assert_equal(lost("pciPassthru0.present = TRUE\npciPassthru0.id = \"00:0a:00.0\"\n"
                      "pciPassthru1.present = TRUE\npciPassthru1.vgpu = \"grid_t4-2q\"\n"
                      "serial1.present = TRUE\nserial1.fileType = \"pipe\"\nserial1.fileName = \"com1\"\n"
                      "serial2.present = FALSE\nparallel0.present = TRUE\nfloppy0.present = TRUE\n"
                      "sound.present = TRUE\nsound.virtualDev = \"hdaudio\"\nsharedFolder0.present = TRUE\n"
                      "sharedFolder0.hostPath = \"C:\\share\"\nusb.present = TRUE\nusb:0.present = TRUE\n"
                      "usb:0.deviceType = \"hid\"\nusb_xhci:4.present = TRUE\nusb_xhci:4.deviceType = \"disk\"\n"
                      "usb.autoConnect.device0 = \"vid:0x0529 pid:0x0001\"\nserialx.present = TRUE\n"),
                 "floppy-drive floppy0\nparallel-port parallel0\npci-device pcipassthru0 (00:0a:00.0)\n"
                 "virtual-gpu pcipassthru1 (grid_t4-2q)\nserial-port serial1 (com1)\n"
                 "shared-folder sharedfolder0 (C:\\share)\nsound-card sound (hdaudio)\n"
                 "usb-device vid:0x0529 pid:0x0001\nusb-device usb_xhci:4 (disk)\n");
    // A drive without a type that has an ISO image is no disk.
    const auto iso = hardware_of("ide1:0.present = TRUE\nide1:0.fileName = \"Tools.ISO\"\n");
    g_assert_true(iso.disks.empty() && iso.machine.cdroms == std::vector{Bus::ide});
    assert_equal(iso.media.at(0).file, "Tools.ISO");
    // What refuses the machine does not hide the rest.
    assert_equal(test::message_of(vmx_hardware(unwrap(parse_vmx("floppy0.present = TRUE\nscsi0:0.present = TRUE\n"
                                                                "scsi0:0.fileName = \"a.vmdk\"\n"
                                                                "scsi0:0.redo = \"a.REDO\"\n",
                                                                "x.vmx")),
                                               "x.vmx"),
                                  H2K_ERROR_SOURCE),
                 "The disk scsi0:0 of “x.vmx” has its newest data in the redo log “a.REDO”, which is not read; commit "
                 "it with VMware first. Not carried over either: floppy drive floppy0.");
}

static void knows_what_a_machine_is_known_by() {
    const auto machine = hardware_of("displayName = \"Ledger / 1\"\n"
                                     "uuid.bios = \"42 1F 0a 11 22 22 33 33-44 44 55 55 55 55 55 55\"\n")
                             .machine;
    assert_equal(machine.title, "Ledger / 1");
    assert_equal(machine.serial, "VMware-42 1f 0a 11 22 22 33 33-44 44 55 55 55 55 55 55");
    assert_equal(hardware_of("").machine.serial, "");
}

static void keeps_many_disks_in_order() {
    const test::TestFolder folder;
    test::make_case(folder, "vmx-many-disks");
    const auto plan = unwrap(test::describe_file(folder / "store.vmx"));
    std::vector<std::string> names;
    for (const auto &disk : plan.source.disks)
        names.push_back(
            disk.top.path.substr(folder.path().size() + 7, disk.top.path.size() - folder.path().size() - 12));
    // The one that bios.hddOrder names, then by controller and unit, as numbers.
    assert_equal(join(names, " "), "1_0 0_0 0_1 0_2 0_3 0_4 0_5 0_6 0_8 0_9 0_10 0_11 0_12 1_2 1_9 1_10 1_15");
    g_assert_cmpuint(test::texts_of(plan.notices).size(), ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/vmx/lost-devices", lists_what_is_lost);
    g_test_add_func("/vmx/identity", knows_what_a_machine_is_known_by);
    g_test_add_func("/vmx/many-disks", keeps_many_disks_in_order);
    return g_test_run();
}
