// SPDX-License-Identifier: LGPL-2.1-or-later
// Domains of a libvirt as sources, as its own test driver knows them.
#include "convert/base/text.h"
#include "convert/source/address.h"
#include "tests/support/iso.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

namespace {

std::string disk(const std::string &file, const std::string &target, const std::string &format) {
    return "<disk type='file' device='disk'><driver name='qemu' type='" + format + "'/><source file='" + file +
           "'/><target dev='" + target + "'/></disk>";
}

/// A libvirt of the test driver: one pool and @domains, each of them at rest if it has the state 5.
std::string test_libvirt(const TestFolder &folder, const std::string &domains) {
    const auto path = folder / "node.xml";
    unwrap(write_file(path, "<node><cpu><mhz>1000</mhz><model>m</model><active>1</active><nodes>1</nodes>"
                            "<sockets>1</sockets><cores>1</cores><threads>1</threads></cpu><memory>1000000</memory>" +
                                domains + "<pool type='dir'><name>fast</name><target><path>" + folder.path() +
                                "</path></target><volume type='file'><name>vol.qcow2</name><capacity>8388608"
                                "</capacity><target><path>" +
                                (folder / "vol.qcow2") +
                                "</path><format type='qcow2'/></target></volume></pool></node>"));
    return "test://" + path;
}

std::string in_test_libvirt(const std::string &name, const std::string &disks, int state, int number) {
    return "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>" + name +
           "</name><uuid>1b4c6f3e-2f39-4a85-9b8e-3c1f1f6e0a" + std::to_string(number) +
           "</uuid><memory>262144</memory><vcpu>2</vcpu><os><type>hvm</type></os><devices>" + disks +
           "</devices><test:runstate>" + std::to_string(state) + "</test:runstate></domain>";
}

} // namespace

static void asks_libvirt() {
    const TestFolder folder, other;
    make_qcow2(folder, "compat=1.1", "vol.qcow2");
    test::run({"truncate", "-s", "1M", other / "data.img"});
    const auto volume =
        "<disk type='volume' device='disk'><driver type='qcow2'/><source pool='fast' volume='vol.qcow2'/>"
        "<target dev='vda' bus='virtio'/></disk>";
    const auto file = disk(other / "data.img", "vdb", "raw");
    const std::string floppy = "<disk type='file' device='floppy'><target dev='fda'/></disk>";
    const auto uri =
        test_libvirt(folder, in_test_libvirt("web01", volume + file, 5, 15) + in_test_libvirt("busy", volume, 1, 16) +
                                 in_test_libvirt("lost", replace_all(volume, "vol.", "gone.") + floppy, 5, 17));
    const auto asked = [&](const std::string &name, const std::string &where) {
        return describe({.sources = {name}, .source_connect = where});
    };
    for (const auto *name : {"web01", "1b4c6f3e-2f39-4a85-9b8e-3c1f1f6e0a15"}) {
        const auto plan = unwrap(asked(name, uri));
        assert_equal(plan.kind + " " + plan.source.name, "domain web01");
        g_assert_cmpuint(plan.source.memory, ==, 256u << 20);
        g_assert_cmpuint(plan.source.disks.size(), ==, 2);
        assert_equal(plan.source.disks[0].top.path + " " + plan.source.disks[1].top.path,
                     (folder / "vol.qcow2 ") + (other / "data.img"));
    }
    const auto refused = [&](const std::string &name, const std::string &where, const std::string &sentence) {
        assert_equal(test::message_of(asked(name, where), H2K_ERROR_SOURCE), sentence);
    };
    refused("busy", uri, "The domain “busy” is running; shut it down first.");
    refused("test", "test:///default", "The domain “test” is running; shut it down first.");
    refused("none", uri, "libvirt has no domain “none”.");
    const auto lost = test::message_of(asked("lost", uri), H2K_ERROR_SOURCE);
    g_assert_true(lost.starts_with("Cannot find the volume “gone.qcow2” of the storage pool “fast”: "));
    g_assert_true(lost.ends_with(" Not carried over either: floppy drive fda."));
    for (const auto *far :
         {"qemu+ssh://host/system", "qemu://host/system", "test://host/default", "qemu+tcp:///system",
          "qemu+ext:///system?command=/bin/x", "esx://host/", "xen:///system", "qemu:///embed?root=/", "x"})
        refused("web01", far,
                std::string{"Cannot read domains from “"} + far +
                    "”: only domains of this host are supported, through qemu:///system or qemu:///session. " +
                    way_out_of(far));
    test::message_of(describe({.sources = {"a", "b"}, .source_connect = uri}), H2K_ERROR_USAGE);
}

/// The domain says where its images are; a header that was perhaps uploaded says nothing about other folders.
static void stays_in_the_folders_of_a_domains_images() {
    const TestFolder folder, other;
    make_qcow2(other, "compat=1.1", "secret.qcow2");
    test::run(
        {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", other / "secret.qcow2", folder / "top.qcow2"});
    const auto uri = test_libvirt(folder, in_test_libvirt("web01", disk(folder / "top.qcow2", "vda", "qcow2"), 5, 15));
    assert_equal(test::message_of(describe({.sources = {"web01"}, .source_connect = uri}), H2K_ERROR_SOURCE),
                 "“top.qcow2” names the file “" + (other / "secret.qcow2") +
                     "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    const auto plan =
        unwrap(describe({.sources = {"web01"}, .source_connect = uri, .allowed_folders = {other.path()}}));
    assert_equal(plan.source.disks.at(0).below.at(0).path, other / "secret.qcow2");
}

/// Media of its drives lie where the domain says, too.
static void takes_iso_images() {
    const TestFolder folder, other;
    make_qcow2(folder, "compat=1.1", "vol.qcow2");
    unwrap(write_file(other / "tools.iso", test::iso_bytes()));
    const auto drive = [](const std::string &source, const std::string &type, const std::string &target) {
        return "<disk type='" + type + "' device='cdrom'><source " + source + "/><target dev='" + target + "'/></disk>";
    };
    const auto uri =
        test_libvirt(folder, in_test_libvirt("web01",
                                             disk(folder / "vol.qcow2", "vda", "qcow2") +
                                                 drive("pool='fast' volume='vol.qcow2'", "volume", "sda") +
                                                 drive("file='" + (other / "tools.iso") + "'", "file", "sdb") +
                                                 drive("pool='fast' volume='gone.iso'", "volume", "sdc"),
                                             5, 15));
    const auto plan = unwrap(describe({.sources = {"web01"}, .source_connect = uri}));
    g_assert_cmpuint(plan.source.cdroms.size(), ==, 3);
    g_assert_cmpuint(plan.source.isos.size(), ==, 1);
    g_assert_cmpuint(plan.source.isos.front().drive, ==, 1);
    assert_equal(plan.source.isos.front().file.path, other / "tools.iso");
    const auto texts = join(test::texts_of(plan.notices), "|");
    g_assert_true(texts.contains("stays empty: “vol.qcow2” is not an ISO image."));
    g_assert_true(texts.contains("stays empty: Cannot find the volume “gone.iso” of the storage pool “fast”"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/connect/domain", asks_libvirt);
    g_test_add_func("/source/connect/references", stays_in_the_folders_of_a_domains_images);
    g_test_add_func("/source/connect/isos", takes_iso_images);
    return g_test_run();
}
