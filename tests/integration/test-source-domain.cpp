// SPDX-License-Identifier: LGPL-2.1-or-later
// A domain of a real libvirtd as the source; tests/support/private-libvirtd starts it and names $H2K_PRIVATE.
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

static const std::string uri = "qemu:///system";

static std::string virsh(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"virsh", "-q", "-c", uri});
    return test::run(std::move(arguments));
}

/// A domain at rest, with a chain of images as its first disk and a volume as its second.
static void define(const TestFolder &folder) {
    make_qcow2(folder, "compat=1.1", "base.qcow2");
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", folder / "top.qcow2"});
    std::filesystem::create_directory(folder / "pool");
    unwrap(write_file(folder / "pool.xml", "<pool type='dir'><name>h2k-source</name><target><path>" +
                                               (folder / "pool") + "</path></target></pool>"));
    virsh({"pool-create", folder / "pool.xml"});
    virsh({"vol-create-as", "h2k-source", "data.img", "1M", "--format", "raw"});
    unwrap(write_file(folder / "domain.xml",
                      "<domain type='qemu'><name>h2k source</name><memory unit='MiB'>256</memory><vcpu>2</vcpu>"
                      "<os><type arch='x86_64'>hvm</type></os><devices>"
                      "<disk type='volume'><driver name='qemu' type='raw'/><source pool='h2k-source' "
                      "volume='data.img'/><target dev='vdb' bus='virtio'/></disk>"
                      "<disk type='file'><driver name='qemu' type='qcow2'/><source file='" +
                          (folder / "top.qcow2") +
                          "'/><target dev='vda' bus='virtio'/></disk><disk type='file' device='cdrom'><target "
                          "dev='sda' bus='sata'/></disk><interface type='user'><mac address='52:54:00:12:34:56'/>"
                          "<model type='virtio'/></interface></devices></domain>"));
    virsh({"define", folder / "domain.xml"});
}

static void reads_a_domain_at_rest() {
    const TestFolder folder;
    define(folder);
    const auto before = virsh({"dumpxml", "h2k source"});
    const auto uuid = virsh({"domuuid", "h2k source"});
    for (const auto &name : {std::string{"h2k source"}, uuid.substr(0, 36)}) {
        const auto plan = unwrap(describe({.sources = {name}, .source_connect = uri}));
        const auto &machine = plan.source;
        assert_equal(plan.kind + " " + machine.name + " " + machine.uuid, "domain h2k source " + uuid.substr(0, 36));
        g_assert_cmpuint(machine.memory, ==, 256u << 20);
        g_assert_true(machine.firmware == Firmware::bios && machine.vcpus == 2);
        g_assert_true(machine.cdroms == std::vector{Bus::sata});
        g_assert_cmpuint(machine.disks.size(), ==, 2);
        assert_equal(machine.disks[0].top.path + " " + machine.disks[0].below.at(0).path,
                     (folder / "top.qcow2 ") + (folder / "base.qcow2"));
        assert_equal(machine.disks[1].top.path, folder / "pool/data.img");
        assert_equal(machine.nics.at(0).mac, "52:54:00:12:34:56");
    }
    assert_equal(virsh({"dumpxml", "h2k source"}), before);
    assert_equal(test::message_of(describe({.sources = {"no such"}, .source_connect = uri}), H2K_ERROR_SOURCE),
                 "libvirt has no domain “no such”.");
    virsh({"undefine", "h2k source"});
    virsh({"pool-destroy", "h2k-source"});
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/libvirt/at-rest", reads_a_domain_at_rest);
    return g_test_run();
}
