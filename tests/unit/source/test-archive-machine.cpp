// SPDX-License-Identifier: LGPL-2.1-or-later
// Machines in archives that other texts than OVF descriptors describe, and images of several members.
#include "tests/support/archived.h"
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"

using namespace h2k;
using namespace h2k::test;

namespace {

const std::string settings = "config.version = \"8\"\ndisplayName = \"box one\"\nnumvcpus = \"4\"\nmemsize = \"3072\"\n"
                             "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"C:\\VMs\\Box.vmdk\"\n";

/// The folder "box" with these members, in an archive of each kind.
class Box {
  public:
    explicit Box(const std::string &vmx = settings) {
        unwrap(make_folder(folder / "box", 0755));
        unwrap(write_file(folder / "box/box.vmx", vmx));
    }
    void add_disk(const std::string &subformat, std::uint64_t bytes = 8u << 20) {
        make_vmdk(folder, subformat.c_str(), bytes, "box/box.vmdk");
    }
    [[nodiscard]] std::vector<std::string> archives() const {
        std::vector<std::string> names, all{folder / "x.tar", folder / "x.tgz", folder / "x.zip", folder / "x.7z"};
        for (const auto &entry : std::filesystem::recursive_directory_iterator(folder / "box"))
            if (entry.is_regular_file())
                names.push_back(entry.path().string().substr(folder.path().size() + 1));
        std::ranges::sort(names);
        test::run({"tar", "-C", folder.path(), "-cf", all[0], "box"});
        test::run({"tar", "-C", folder.path(), "-czf", all[1], "box"});
        std::vector<std::string> arguments{all[2], folder.path()};
        arguments.insert(arguments.end(), names.begin(), names.end());
        python("with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as file:\n"
               "    for name in sys.argv[3:]:\n        file.write(os.path.join(sys.argv[2], name), name)",
               arguments);
        pack_7z(all[3], folder.path(), names);
        return all;
    }
    const TestFolder folder;
};

std::string warnings_of(const CarryPlan &plan) { return join(test::texts_of(plan.notices), "|"); }

std::string parts_of(const Disk &disk) {
    std::string all;
    for (const auto &part : disk.fetch.value().parts)
        all += part.members.back() + " ";
    return all;
}

} // namespace

static void takes_vmx() {
    Box box;
    box.add_disk("monolithicSparse");
    for (const auto &archive : box.archives()) {
        const auto plan = unwrap(describe_file(archive));
        assert_equal(plan.kind, "vmx");
        assert_equal(plan.source.name, "box-one");
        g_assert_cmpuint(plan.source.vcpus, ==, 4);
        g_assert_cmpuint(plan.source.memory >> 20, ==, 3072);
        assert_equal(warnings_of(plan), "");
        g_assert_cmpuint(plan.source.disks.size(), ==, 1);
        const auto &disk = plan.source.disks.front();
        g_assert_true(disk.fetch.has_value() != archive.ends_with(".tar"));
        g_assert_true(disk.fetch ? disk.fetch->members.back() == "box/box.vmdk" : disk.top.window.has_value());
    }
}

static void takes_split_images() {
    Box box;
    box.add_disk("twoGbMaxExtentSparse", std::uint64_t{4} << 30);
    for (const bool described : {true, false}) {
        if (!described)
            std::filesystem::remove(box.folder / "box/box.vmx");
        for (const auto &archive : box.archives()) {
            const auto plan = unwrap(describe_file(archive));
            g_assert_cmpuint(plan.source.disks.size(), ==, 1);
            const auto &disk = plan.source.disks.front();
            assert_equal(disk.fetch->members.back(), "box/box.vmdk");
            assert_equal(parts_of(disk), "box/box-s001.vmdk box/box-s002.vmdk ");
            assert_equal(warnings_of(plan), "");
        }
    }
}

/// What is unpacked is described as it lies beside each other, and nothing else there is opened.
static void completes_split_images() {
    Box box;
    box.add_disk("twoGbMaxExtentFlat");
    std::filesystem::remove(box.folder / "box/box.vmx");
    auto plan = unwrap(describe_file(box.archives().front()));
    auto &disk = plan.source.disks.front();
    const auto packed = disk;
    unwrap(complete_disk(disk, box.folder / "box/box.vmdk", {}, plan.notices));
    g_assert_cmpuint(disk.top.bytes, ==, 8u << 20);
    g_assert_cmpuint(disk.top.extents.size(), ==, 1);
    disk = packed;
    unwrap(write_file(box.folder / "box/box.vmdk",
                      replace_all(test::content_of(box.folder / "box/box.vmdk"), "box-f001.vmdk", "../x.vmdk")));
    test::message_of(complete_disk(disk, box.folder / "box/box.vmdk", {}, plan.notices), H2K_ERROR_SOURCE);
}

/// The image of a packed disk does not have what the description of its machine says of it.
static void keeps_what_its_machine_says() {
    Box box;
    std::filesystem::remove(box.folder / "box/box.vmx");
    unwrap(write_file(box.folder / "box/a.img", std::string(2u << 20, 'x')));
    unwrap(write_file(box.folder / "box/dom.xml",
                      "<domain><name>d</name><os><type>hvm</type></os><devices><disk type='file'><driver type='raw'/>"
                      "<source file='/srv/a.img'/><target dev='sdc' bus='sata'/><boot order='2'/>"
                      "<serial>S-1</serial><wwn>5000C500155E8AD0</wwn></disk></devices></domain>"));
    for (const auto &archive : box.archives()) {
        auto plan = unwrap(describe_file(archive));
        auto &disk = plan.source.disks.front();
        g_assert_true(disk.fetch.has_value() != archive.ends_with(".tar"));
        if (disk.fetch)
            unwrap(complete_disk(disk, box.folder / "box/a.img", {}, plan.notices));
        g_assert_true(disk.top.format == DiskFormat::raw && disk.top.bytes == 2u << 20 && !disk.fetch);
        assert_equal(disk.id + " " + name_of(disk.bus) + " " + std::to_string(disk.boot_order) + " " + disk.serial +
                         " " + disk.wwn,
                     "disk0 sata 2 S-1 5000c500155e8ad0");
    }
}

static void takes_libvirt_and_hyper_v() {
    Box box;
    std::filesystem::remove(box.folder / "box/box.vmx");
    unwrap(write_file(box.folder / "box/a.img", std::string(2u << 20, 'x')));
    unwrap(write_file(box.folder / "box/dom.xml",
                      "<domain type='kvm'><name>d</name><os><type>hvm</type></os><devices><disk type='file'><source "
                      "file='/srv/a.img'/>"
                      "<target dev='vda'/></disk></devices></domain>"));
    unwrap(write_file(box.folder / "box/other.xml", "<notes/>"));
    for (const auto &archive : box.archives()) {
        const auto plan = unwrap(describe_file(archive));
        assert_equal(plan.kind + plan.source.name, "domaind");
        g_assert_true(plan.source.disks.at(0).bus == Bus::virtio);
        assert_equal(warnings_of(plan), "");
    }
}

static void says_what_is_not_used() {
    Box box;
    box.add_disk("streamOptimized");
    auto one = small();
    one.files = file("f", "box.vmdk");
    unwrap(write_file(box.folder / "box/box.ovf", one.text()));
    unwrap(write_file(box.folder / "box/old.vbox", "<VirtualBox/>"));
    for (const auto &archive : box.archives()) {
        const auto plan = unwrap(describe_file(archive));
        const auto name = base_name(archive);
        auto warnings = test::texts_of(plan.notices);
        std::ranges::sort(warnings);
        assert_equal(plan.kind, "ova");
        assert_equal(join(warnings, "|"), "“box/box.vmx” in “" + name +
                                              "” describes a machine, but is not used.|“box/old.vbox” in “" + name +
                                              "” describes a machine, but is not used.");
    }
    std::filesystem::remove(box.folder / "box/box.ovf");
    unwrap(write_file(box.folder / "box/two.vmx", settings));
    assert_equal(
        refusal(box.archives().front()),
        "“x.tar” holds several machines: “box/box.vmx” and “box/two.vmx” describe one each; unpack it and name "
        "one.");
    std::filesystem::remove(box.folder / "box/two.vmx");
    std::filesystem::remove(box.folder / "box/box.vmx");
    assert_equal(warnings_of(unwrap(describe_file(box.archives().front()))),
                 "“box/old.vbox” in “x.tar” describes a machine, but is not used.");
}

/// What is not in the archive is not looked for outside of it.
static void keeps_to_the_archive() {
    Box box{replace_all(settings, "Box.vmdk", "..\\other.vmdk")};
    box.add_disk("monolithicSparse");
    make_disk(box.folder, "other.vmdk");
    for (const auto &archive : box.archives())
        assert_equal(refusal(archive), "“" + base_name(archive) + "” holds no file “C:\\VMs\\..\\other.vmdk”.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/archive-machine/vmx", takes_vmx);
    g_test_add_func("/archive-machine/split", takes_split_images);
    g_test_add_func("/archive-machine/completed", completes_split_images);
    g_test_add_func("/archive-machine/kept", keeps_what_its_machine_says);
    g_test_add_func("/archive-machine/xml", takes_libvirt_and_hyper_v);
    g_test_add_func("/archive-machine/not-used", says_what_is_not_used);
    g_test_add_func("/archive-machine/outside", keeps_to_the_archive);
    return g_test_run();
}
