// SPDX-License-Identifier: LGPL-2.1-or-later
// The CDs and DVDs in drives: which ISO images become those of the result, and what becomes of the others.
#include "convert/source/media.h"
#include "tests/support/iso.h"
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"

using namespace h2k;
using namespace h2k::test;

namespace {

const std::string empty_drive = "A drive for CDs and DVDs stays empty: ";

/// The drives, each with the name of what is in it, or "-"; then what is not carried over.
std::string drives_of(const CarryPlan &plan) {
    std::vector<std::string> names(plan.source.cdroms.size(), "-");
    for (const auto &iso : plan.source.isos)
        names.at(iso.drive) = iso.name;
    for (const auto &device : plan.source.not_carried)
        names.push_back(std::string{name_of(device.kind)} + " " + device.name);
    return join(names, ", ");
}

std::string said_of(const CarryPlan &plan) {
    std::vector<std::string> texts;
    for (const auto &notice : plan.notices)
        if (notice.id == "source.medium-left-out")
            texts.push_back(notice.text);
    return join(texts, "|");
}

/// The bytes of an image where it lies.
std::string content_of_iso(const IsoImage &iso) {
    const auto file = unwrap(HostFile::of(iso.file.held, iso.file.path));
    const auto window = iso.file.window.value_or(Window{.offset = 0, .length = file.size()});
    g_assert_cmpuint(iso.bytes, ==, window.length);
    return unwrap(file.read(window.offset, window.length));
}

std::string cdrom(const std::string &instance, const std::string &resource) {
    return item({"InstanceID=" + instance, "ResourceType=15", "HostResource=" + resource});
}

/// A folder with a package of OVF: a disk, and drives.
class Package {
  public:
    Package() {
        run({"qemu-img", "create", "-q", "-f", "raw", folder / "disk.img", "2M"});
        patch(folder / "disk.img", 510, "\x55\xaa");
        one.disks = disk("d", "f", "2");
        one.files = file("f", "disk.img") + file("file2", "seed.iso");
        one.items += cdrom("20", "ovf:/file/file2");
    }
    [[nodiscard]] CarryPlan described() const { return unwrap(describe_file(write_ovf(folder, one))); }
    void add_iso(const std::string &name = "seed.iso", const std::string &bytes = iso_bytes()) const {
        unwrap(write_file(folder / name, bytes));
    }
    const TestFolder folder;
    Envelope one = small();
};

} // namespace

static void takes_what_an_ovf_names() {
    Package package;
    package.add_iso();
    package.one.items += cdrom("19", "");
    const auto plan = package.described();
    assert_equal(drives_of(plan), "seed.iso, -");
    assert_equal(join(texts_of(plan.notices), "|"), "");
    assert_equal(plan.source.isos.front().file.path, package.folder / "seed.iso");
    g_assert_true(content_of_iso(plan.source.isos.front()) == iso_bytes());
    // VirtualBox lists such an image among the disks.
    package.one.disks += disk("cd", "file2", "1");
    package.one.items = drive("9", "ovf:/disk/d") + cdrom("20", "/disk/cd");
    assert_equal(drives_of(package.described()), "seed.iso");
    assert_equal(join(texts_of(package.described().notices), "|"), "");
    g_assert_cmpuint(package.described().source.disks.size(), ==, 1);
    // UDF alone, and what only begins like it.
    const auto bea = std::string(1, '\0') + "BEA01";
    package.add_iso("seed.iso", iso_bytes("x", bea + std::string(2048 - bea.size() + 1, '\0') + "NSR03"));
    assert_equal(drives_of(package.described()), "seed.iso");
    package.add_iso("seed.iso", iso_bytes("x", bea));
    assert_equal(said_of(package.described()), empty_drive + "“seed.iso” is not an ISO image.");
}

static void takes_members_of_archives() {
    Package package;
    package.add_iso();
    write_ovf(package.folder, package.one);
    run({"tar", "-C", package.folder.path(), "-cf", package.folder / "x.ova", "x.ovf", "disk.img", "seed.iso"});
    run({"gzip", "-k", "-S", ".gz", package.folder / "x.ova"});
    const auto plain = unwrap(describe_file(package.folder / "x.ova"));
    assert_equal(drives_of(plain), "seed.iso");
    g_assert_true(content_of_iso(plain.source.isos.front()) == iso_bytes());
    const auto packed = unwrap(describe_file(package.folder / "x.ova.gz"));
    assert_equal(drives_of(packed), "seed.iso");
    const auto &fetch = packed.source.isos.front().fetch.value();
    assert_equal(join(fetch.members, "|"), "seed.iso");
    g_assert_cmpuint(packed.source.isos.front().bytes, ==, iso_bytes().size());
    // Absent, where all of the archive is known.
    run({"tar", "-C", package.folder.path(), "-czf", package.folder / "y.tgz", "x.ovf", "disk.img"});
    assert_equal(said_of(unwrap(describe_file(package.folder / "y.tgz"))),
                 empty_drive + "“y.tgz” holds no file “seed.iso”.");
}

/// Nothing of a medium is a reason to refuse a machine.
static void leaves_others_out() {
    Package package;
    const auto left_out = [&](const std::string &href, const std::string &why) {
        package.one.files = file("f", "disk.img") + file("file2", href);
        const auto plan = package.described();
        assert_equal(said_of(plan), empty_drive + why);
        assert_equal(drives_of(plan), "-, medium " + href);
    };
    left_out("gone.iso", "“x.ovf” names the file “gone.iso”, which does not exist.");
    left_out("../a.iso", "“x.ovf” names the file “../a.iso”, which is outside its package.");
    unwrap(make_folder(package.folder / "folder.iso", 0755));
    left_out("folder.iso", "“" + (package.folder / "folder.iso") +
                               "” is a folder that does not describe a machine; name the disk image, archive or domain "
                               "XML in it.");
    const TestFolder other;
    unwrap(write_file(other / "secret.iso", iso_bytes()));
    std::filesystem::create_symlink(other / "secret.iso", package.folder / "link.iso");
    left_out("link.iso", "“x.ovf” names the file “link.iso”, which is outside its own folder; use --allow-folder to "
                         "allow reading from another folder.");
    package.add_iso("short.iso", iso_bytes().substr(0, 32770));
    left_out("short.iso", "“short.iso” is not an ISO image.");
    package.add_iso("empty.iso", "");
    left_out("empty.iso", "“empty.iso” is not an ISO image.");
    // One image in two drives, and the disk of the machine in one.
    package.add_iso();
    package.one.files = file("f", "disk.img") + file("file2", "seed.iso");
    package.one.items += cdrom("21", "ovf:/file/file2");
    assert_equal(drives_of(package.described()), "seed.iso, -, medium seed.iso");
    assert_equal(said_of(package.described()), empty_drive + "“seed.iso” is in another drive already.");
    patch(package.folder / "disk.img", off_t{17} * 2048 + 1, "NSR02");
    package.one.items = drive("9", "ovf:/disk/d") + cdrom("20", "ovf:/file/f");
    assert_equal(said_of(package.described()), empty_drive + "“disk.img” is in another drive already.");
}

static void takes_some_of_many() {
    Package package;
    package.one.items = drive("9", "ovf:/disk/d");
    package.one.files = file("f", "disk.img");
    for (unsigned i = 0; i < 17; ++i) {
        const auto name = std::to_string(i);
        package.add_iso(name + ".iso");
        package.one.files += file("iso" + name, name + ".iso");
        package.one.items += cdrom(std::to_string(20 + i), "ovf:/file/iso" + name);
    }
    const auto plan = package.described();
    g_assert_cmpuint(plan.source.cdroms.size(), ==, 17);
    g_assert_cmpuint(plan.source.isos.size(), ==, 16);
    assert_equal(said_of(plan), empty_drive + "“16.iso” is one of more than 16 ISO images, which are not all copied.");
    for (unsigned i = 17; i < 513; ++i)
        package.one.items += cdrom(std::to_string(20 + i), "");
    assert_refused(write_ovf(package.folder, package.one), "“x.ovf” has more than 512 drives for CDs and DVDs.");
}

static void takes_what_other_descriptions_name() {
    Package package;
    package.add_iso();
    package.add_iso("other.cdr");
    const auto &folder = package.folder;
    make_disk(folder);
    const auto described = [&](const std::string &name, const std::string &text) {
        unwrap(write_file(folder / name, text));
        return drives_of(unwrap(describe_file(folder / name)));
    };
    const std::string vmx = "config.version = \"8\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"disk.vmdk\"\n"
                            "ide1:0.present = \"TRUE\"\nide1:1.present = \"TRUE\"\n";
    assert_equal(described("x.vmx", vmx +
                                        "ide1:0.deviceType = \"cdrom-raw\"\nide1:0.fileName = \"/dev/sr0\"\n"
                                        "ide1:1.deviceType = \"cdrom-image\"\nide1:1.fileName = \"D:\\a\\Seed.ISO\"\n"),
                 "-, seed.iso");
    assert_equal(described("x.vmx", vmx + "ide1:0.deviceType = \"cdrom-image\"\nide1:0.fileName = \"other.cdr\"\n"
                                          "ide1:1.deviceType = \"cdrom-image\"\nide1:1.fileName = \"seed.iso\"\n"
                                          "ide1:1.startConnected = \"FALSE\"\n"),
                 "other.cdr, -, medium seed.iso");
    assert_equal(
        described("x.vbox",
                  "<VirtualBox><Machine name=\"m\"><MediaRegistry><HardDisks><HardDisk uuid=\""
                  "{00000000-0000-4000-8000-000000000001}\" location=\"disk.vmdk\"/></HardDisks><DVDImages><Image "
                  "uuid=\"{00000000-0000-4000-8000-000000000002}\" location=\"seed.iso\"/></DVDImages></MediaRegistry>"
                  "<Hardware><StorageControllers><StorageController name=\"S\" type=\"AHCI\"><AttachedDevice "
                  "type=\"HardDisk\" port=\"0\"><Image uuid=\"{00000000-0000-4000-8000-000000000001}\"/>"
                  "</AttachedDevice><AttachedDevice type=\"DVD\" port=\"1\"/><AttachedDevice type=\"DVD\" port=\"2\">"
                  "<Image uuid=\"{00000000-0000-4000-8000-000000000002}\"/></AttachedDevice></StorageController>"
                  "</StorageControllers></Hardware></Machine></VirtualBox>"),
        "-, seed.iso");
    assert_equal(
        described("x.xml",
                  "<domain><name>d</name><os><type>hvm</type></os><devices><disk type='file' device='cdrom'>"
                  "<source file='/iso/seed.iso'/><target dev='sda'/></disk><disk type='volume' device='cdrom'>"
                  "<source pool='p' volume='v.iso'/><target dev='sdb'/></disk><disk type='block' device='cdrom'>"
                  "<source dev='/dev/sr0'/><target dev='sdc'/></disk><disk type='file'><driver type='raw'/>"
                  "<source file='disk.img'/><target dev='vda'/></disk></devices></domain>"),
        "seed.iso, -, -, medium v.iso");
}

static void completes_what_was_packed() {
    const TestFolder folder;
    Machine machine;
    Notices notices;
    IsoImage iso{.name = "a.iso"};
    unwrap(write_file(folder / "a", iso_bytes()));
    g_assert_true(unwrap(complete_iso(machine, iso, folder / "a", notices)));
    g_assert_cmpuint(iso.bytes, ==, iso_bytes().size());
    g_assert_true(machine.not_carried.empty() && texts_of(notices).empty());
    g_assert_false(unwrap(complete_iso(machine, iso, folder / "b", notices)));
    unwrap(write_file(folder / "b", "no"));
    g_assert_false(unwrap(complete_iso(machine, iso, folder / "b", notices)));
    assert_equal(join(texts_of(notices), "|"),
                 empty_drive + "“a.iso” is not in the archive.|" + empty_drive + "“a.iso” is not an ISO image.");
    g_assert_cmpuint(machine.not_carried.size(), ==, 2);
    // A size that no disc has is not unpacked; one that is not known is bounded.
    const auto error =
        message_of(packed_iso({.pieces = {}, .members = {"a"}, .name = "a.iso", .most = 1ull << 38}), H2K_ERROR_SOURCE);
    assert_equal(error, "“a.iso” is larger than any CD or DVD.");
    const auto unknown = unwrap(packed_iso({.pieces = {}, .members = {"a"}, .name = "a.iso", .most = 64ull << 40}));
    g_assert_true(unknown.bytes == 0 && unknown.fetch->most == 128ull << 30 && unknown.fetch->may_be_missing);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/media/ovf", takes_what_an_ovf_names);
    g_test_add_func("/media/archives", takes_members_of_archives);
    g_test_add_func("/media/left-out", leaves_others_out);
    g_test_add_func("/media/many", takes_some_of_many);
    g_test_add_func("/media/descriptions", takes_what_other_descriptions_name);
    g_test_add_func("/media/completed", completes_what_was_packed);
    return g_test_run();
}
