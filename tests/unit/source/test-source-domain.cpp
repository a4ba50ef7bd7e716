// SPDX-License-Identifier: LGPL-2.1-or-later
// Domains of libvirt as sources: their XML alone, and as a file.
#include "convert/base/text.h"
#include "convert/source/libvirt/xml.h"
#include "tests/support/notices.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_equal;
using test::assert_refused;
using test::make_qcow2;
using test::TestFolder;
using test::unwrap;

namespace {

/// A domain with @more before its devices and @devices in them.
std::string domain(const std::string &devices, const std::string &more = "") {
    return "<domain type='kvm'><name>web01</name><os><type arch='x86_64'>hvm</type></os>" + more + "<devices>" +
           devices + "</devices></domain>";
}

std::string disk(const std::string &source, const std::string &target = "vda", const std::string &format = "qcow2") {
    return "<disk type='file' device='disk'><driver name='qemu' type='" + format + "'/><source " + source +
           "/><target dev='" + target + "'/></disk>";
}

DomainDescription parsed(const std::string &text) { return unwrap(parse_domain_xml(text, "web01.xml")); }

std::string refusal(const std::string &text) {
    return test::message_of(parse_domain_xml(text, "web01.xml"), H2K_ERROR_SOURCE);
}

} // namespace

static void reads_a_machine() {
    const auto text = unwrap(
        read_file(std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data/metadata/domain-uefi/source.xml", 1u << 20));
    const auto found = parsed(text);
    const auto &machine = found.machine;
    assert_equal(machine.name, "Web server 01");
    assert_equal(machine.uuid, "1b4c6f3e-2f39-4a85-9b8e-3c1f1f6e0a11");
    assert_equal(machine.description, "Front end of the shop.\n  Backed up at night.");
    assert_equal(machine.os_type, "http://debian.org/debian/12");
    assert_equal(machine.arch, "x86_64");
    g_assert_cmpuint(machine.memory, ==, std::uint64_t{3} << 30);
    g_assert_cmpuint(machine.vcpus, ==, 4);
    g_assert_cmpuint(machine.cores, ==, 2);
    g_assert_true(machine.firmware == Firmware::uefi && machine.secure_boot && machine.tpm);
    g_assert_cmpuint(machine.nics.size(), ==, 3);
    assert_equal(machine.nics[0].mac + " " + machine.nics[0].model + " " + machine.nics[0].network,
                 "52:54:00:12:34:56 virtio lab");
    assert_equal(machine.nics[1].model + " " + machine.nics[1].network, "e1000e br0");
    assert_equal(machine.nics[2].mac + machine.nics[2].network, "eno1");
    g_assert_true(machine.cdroms == std::vector{Bus::sata});
    std::string disks;
    for (const auto &one : found.disks)
        disks += one.target + " " + name_of(one.bus) + " " + (one.format ? name_of(*one.format) : "-") + " " +
                 one.file + one.pool + ":" + one.volume + "\n";
    assert_equal(disks,
                 "vda virtio qcow2 /srv/vm/web01.qcow2:\nvdb virtio raw /srv/vm/web01-data.img:\n"
                 "vdaa virtio - /srv/vm/web01-log.img:\nsda scsi vmdk fast:old.vmdk\nsdb sata vhd /srv/vm/b.vhd:\n");
    g_assert_true(found.media.size() == 1 && found.media.front().drive == 0);
    assert_equal(found.media.front().file, "/srv/iso/debian-12.iso");
    std::string lost;
    for (const auto &device : machine.not_carried)
        lost += std::string{name_of(device.kind)} + " " + device.name + "\n";
    assert_equal(lost, "usb-device \nshared-folder /srv/shared\nfloppy-drive fda\n");
    assert_equal(join(test::texts_of(found.notices), "\n"),
                 "The contents of the TPM of “web01.xml” are not carried over; keys that are sealed in it are lost.");
}

static void reads_little() {
    const auto machine = parsed(domain("", "<memory unit='b'>1000</memory>")).machine;
    g_assert_true(machine.firmware == Firmware::bios && !machine.secure_boot && !machine.tpm);
    g_assert_cmpuint(machine.memory, ==, 1000);
    g_assert_cmpuint(machine.vcpus, ==, 1);
    g_assert_cmpuint(machine.cores, ==, 0);
    assert_equal(machine.uuid + machine.description + machine.os_type, "");
    const auto named = [](const std::string &name) {
        return parsed(replace_all(domain(""), "web01", name)).machine.name;
    };
    assert_equal(named("größe 1"), "größe 1");
    assert_equal(named("../etc/shadow"), "shadow");
    assert_equal(named("a\nb"), "a-b");
    assert_equal(named(".hidden"), "hidden");
}

static void knows_firmware() {
    const auto os = [](const std::string &attributes, const std::string &inner) {
        return parsed("<domain><name>a</name><os" + attributes + "><type>hvm</type>" + inner + "</os></domain>")
            .machine;
    };
    g_assert_true(os(" firmware='efi'", "").firmware == Firmware::uefi);
    g_assert_true(os(" firmware='bios'", "").firmware == Firmware::bios);
    g_assert_true(os("", "<loader readonly='yes' type='pflash'>/x/y.fd</loader>").firmware == Firmware::uefi);
    g_assert_true(os("", "<loader>/usr/share/OVMF/OVMF.fd</loader>").firmware == Firmware::uefi);
    g_assert_true(os("", "<loader type='rom'>/usr/share/seabios/bios.bin</loader>").firmware == Firmware::bios);
    g_assert_true(os("", "<loader>/x</loader>").firmware == Firmware::unknown);
    g_assert_true(os("", "<loader type='pflash' secure='yes'>/x</loader>").secure_boot);
    g_assert_false(os("", "<loader type='rom' secure='yes'>/x/bios</loader>").secure_boot);
    const auto feature = [&](const std::string &enabled) {
        return os(" firmware='efi'",
                  "<loader secure='yes'/><firmware><feature enabled='" + enabled + "' name='secure-boot'/></firmware>");
    };
    g_assert_true(feature("yes").secure_boot);
    g_assert_false(feature("no").secure_boot);
}

static void counts_processors() {
    const auto machine = [](const std::string &vcpu, const std::string &topology) {
        return parsed(domain("", vcpu + "<cpu>" + topology + "</cpu>")).machine;
    };
    const std::string four = "<vcpu>4</vcpu>";
    const auto growing = machine("<vcpu current='2'>4</vcpu>", "<topology sockets='1' cores='4' threads='1'/>");
    g_assert_cmpuint(growing.vcpus, ==, 2);
    g_assert_cmpuint(growing.most_vcpus, ==, 4);
    g_assert_cmpuint(growing.cores, ==, 4);
    g_assert_cmpuint(machine(four, "").most_vcpus, ==, 0);
    g_assert_cmpuint(machine(four, "<topology sockets='1' cores='2' threads='2'/>").cores, ==, 4);
    g_assert_cmpuint(machine(four, "<topology sockets='4' cores='1' threads='1'/>").cores, ==, 1);
    g_assert_cmpuint(machine(four, "<topology sockets='1' dies='2' cores='2' threads='2'/>").cores, ==, 0);
    g_assert_cmpuint(machine(four, "<topology sockets='1' cores='3' threads='1'/>").cores, ==, 0);
    g_assert_cmpuint(machine(four, "<topology cores='-1'/>").cores, ==, 0);
    g_assert_cmpuint(machine(four, "<topology cores='4294967296' threads='4294967296'/>").cores, ==, 0);
}

static void refuses_bad_machines() {
    const std::pair<std::string, const char *> cases[] = {
        {"<network/>", "“web01.xml” does not describe a libvirt domain."},
        {"<domain", "“web01.xml” is not a well-formed XML document: "},
        {"<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain><name>&e;</name></domain>",
         "“web01.xml” declares a document type, which is refused for safety."},
        {"<domain><os><type>exe</type></os></domain>",
         "“web01.xml” is a domain of the type “exe”, but only fully virtualised machines (“hvm”) are supported."},
        {domain("", "<uuid>x</uuid>"), "“web01.xml” has the UUID “x”, which is not valid."},
        {domain("", "<vcpu>0</vcpu>"), "“web01.xml” has an invalid number of processors."},
        {domain("", "<vcpu>5000</vcpu>"), "“web01.xml” has an invalid number of processors."},
        {domain("", "<memory>-1</memory>"), "“web01.xml” says that its memory is “-1 ”, which is invalid."},
        {domain("", "<memory unit='TiB'>17</memory>"),
         "“web01.xml” says that its memory is “17 TiB”, which is invalid."},
        {domain("", "<memory unit='PiB'>1</memory>"), "“web01.xml” says that its memory is “1 PiB”, which is invalid."},
        {domain("", "<memory unit='TiB'>18014398509481985</memory>"),
         "“web01.xml” says that its memory is “18014398509481985 TiB”, which is invalid."},
    };
    for (const auto &[text, sentence] : cases)
        assert_equal(refusal(text).substr(0, strlen(sentence)), sentence);
}

static void refuses_what_is_no_file() {
    const std::string rest =
        ", but only disks in files are supported; copy it into a file with “qemu-img convert” and change "
        "the disk to use that file.";
    const std::string start = "The disk “vda” of “web01.xml” ";
    const auto typed = [](const std::string &type, const std::string &inner) {
        return domain("<disk type='" + type + "'>" + inner + "<target dev='vda'/></disk>");
    };
    const std::pair<std::string, std::string> cases[] = {
        {typed("block", "<source dev='/dev/vg/web01'/>"), "is the block device “/dev/vg/web01”" + rest},
        {typed("network", "<source protocol='nbd' name='x'><host name='h'/></source>"),
         "is accessed over the network by “nbd”" + rest},
        {typed("nvme", "<source type='pci'/>"), "has a source of the type “nvme”, but only disks in files are "
                                                "supported; copy it into a file and change the disk to use that file."},
        {typed("file", ""), "has no file."},
        {typed("volume", "<source pool='p'/>"), "has no file."},
        {typed("file", "<source file='/a'><slices><slice type='storage' offset='1' size='2'/></slices></source>"),
         "is a slice of its image; copy the slice into a file of its own first."},
        {typed("file", "<source file='/a'><encryption format='luks'/></source>"),
         "is encrypted by libvirt; decrypt it first."},
        {domain("<disk type='block' device='lun'><source dev='/dev/sdb'/><target dev='vda'/></disk>"),
         "is a passed-through LUN" + rest},
        {domain(disk("file='/a'", "vda", "qed")), "has the format “qed”, which is not supported."},
    };
    for (const auto &[text, sentence] : cases)
        assert_equal(refusal(text), start + sentence);
    std::string many;
    for (int i = 0; i < 513; i++)
        many += disk("file='/a'");
    assert_equal(refusal(domain(many)), "“web01.xml” has more than 512 disks.");
    // What is not carried over is no disk.
    std::string folders;
    for (int i = 0; i < 300; i++)
        folders += "<filesystem><source dir='/srv'/></filesystem>";
    const auto full = replace_all(many, disk("file='/a'") + disk("file='/a'"), disk("file='/a'"));
    g_assert_cmpuint(parsed(domain(folders + full)).disks.size(), ==, 257);
}

static void opens_disks_beside_the_file() {
    const TestFolder folder;
    make_qcow2(folder, "compat=1.1", "web01.qcow2");
    test::run({"truncate", "-s", "1M", folder / "data.img"});
    const auto xml = folder / "web01.xml";
    // As it was on another host, as it is here, and by its name alone.
    for (const auto &where : {std::string{"/var/lib/libvirt/images"}, folder.path(), std::string{"."}}) {
        unwrap(write_file(xml, "<?xml version='1.0'?>\n<!-- generated -->\n" +
                                   domain(disk("file='" + where + "/data.img'", "vdb", "raw") +
                                          disk("file='" + where + "/web01.qcow2'"))));
        const auto plan = unwrap(describe({.sources = {xml}}));
        assert_equal(plan.kind + " " + plan.source.name, "domain web01");
        g_assert_cmpuint(plan.source.disks.size(), ==, 2);
        assert_equal(plan.source.disks[0].id + " " + plan.source.disks[0].top.path,
                     "disk0 " + (folder / "web01.qcow2"));
        g_assert_true(plan.source.disks[0].bus == Bus::virtio && plan.source.disks[1].top.format == DiskFormat::raw);
        g_assert_cmpuint(plan.source.disks[1].top.bytes, ==, 1u << 20);
    }
    assert_equal(unwrap(describe({.sources = {xml}, .name = "mine"})).source.name, "mine");
    assert_equal(test::message_of(describe({.sources = {xml, folder / "data.img"}}), H2K_ERROR_SOURCE),
                 "“web01.xml” describes a whole machine, so it has to be the only source.");
    unwrap(write_file(xml, domain("")));
    assert_refused(xml, "“web01.xml” has no disk.");
    unwrap(write_file(xml, domain(disk("file='data.img'"))));
    assert_refused(xml, "“data.img” is not the qcow2 image that “web01.xml” says it is.");
    unwrap(write_file(xml, domain(disk("file='data.img'", "vda", "raw") + disk("file='./data.img'", "vdb", "raw"))));
    assert_refused(xml, "“" + (folder / "data.img") + "” is given twice, or shares a file with another disk.");
    unwrap(write_file(xml, domain("<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>")));
    assert_refused(
        xml, "The disk “vda” of “web01.xml” is the volume “v” of the storage pool “p”, which only its libvirt can "
             "locate; give the domain and the URI of that libvirt instead, or change the disk to use a file.");
    unwrap(write_file(xml, "<!DOCTYPE domain [<!ENTITY e 'x'>]>" + domain("")));
    assert_refused(xml, "“web01.xml” declares a document type, which is refused for safety.");
    unwrap(write_file(xml, "<domainsnapshot/>"));
    assert_refused(xml, "“web01.xml” is a text file, not a disk image.");
}

/// What a stranger's XML names must not become a disk that a guest can read.
static void reads_sizes_of_sectors() {
    const auto with = [](const std::string &size) {
        auto one = disk("file='a.qcow2'");
        one.replace(one.find("</disk>"), 0, "<blockio logical_block_size='" + size + "' physical_block_size='4096'/>");
        return domain(one);
    };
    g_assert_cmpuint(parsed(domain(disk("file='a.qcow2'"))).disks[0].sector_bytes, ==, 512);
    g_assert_cmpuint(parsed(with("512")).disks[0].sector_bytes, ==, 512);
    g_assert_cmpuint(parsed(with("4096")).disks[0].sector_bytes, ==, 4096);
    for (const auto *size : {"1024", "0", "-1", "4096x", "99999999999"})
        assert_equal(refusal(with(size)), "The disk “vda” of “web01.xml” has logical sectors of “" + std::string{size} +
                                              "” bytes, but only 512 and 4096 are supported.");
    // What the domain says counts, also for an image whose content shows nothing.
    const TestFolder folder;
    make_qcow2(folder, "compat=1.1", "a.qcow2");
    unwrap(write_file(folder / "m.xml", with("4096")));
    g_assert_cmpuint(unwrap(test::describe_file(folder / "m.xml")).source.disks[0].sector_bytes, ==, 4096);
}

static void reads_no_secrets() {
    const TestFolder folder, other;
    const auto xml = folder / "web01.xml", secret = other / "secret";
    unwrap(write_file(secret, std::string(4096, 's')));
    std::filesystem::create_directory(folder / "sub");
    for (const auto *name : {"sub/key", ".key"})
        std::filesystem::copy_file(secret, folder / name);
    std::filesystem::create_symlink(secret, folder / "link.img");
    for (const auto &name : {std::string{"/etc/shadow"}, std::string{"../../../../etc/shadow"}, secret,
                             folder / "sub/key", folder / ".key", folder / "link.img"}) {
        unwrap(write_file(xml, domain(disk("file='" + name + "'", "vda", "raw"))));
        assert_refused(
            xml, "“web01.xml” names the file “" + name +
                     "”, which is outside its own folder; use --allow-folder to allow reading from another folder.");
    }
    unwrap(write_file(xml, domain(disk("file='" + secret + "'", "vda", "raw"))));
    const auto plan = unwrap(describe({.sources = {xml}, .allowed_folders = {other.path()}}));
    assert_equal(plan.source.disks[0].top.path, secret);
    // Nor by way of an image that it names.
    test::run(
        {"qemu-img", "create", "-q", "-u", "-f", "qcow2", "-F", "raw", "-b", "/etc/shadow", folder / "a.qcow2", "1M"});
    unwrap(write_file(xml, domain(disk("file='a.qcow2'"))));
    assert_refused(xml, "“a.qcow2” names the file “/etc/shadow”, which is outside its own folder; use --allow-folder "
                        "to allow reading from another folder.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/source/domain/machine", reads_a_machine);
    g_test_add_func("/source/domain/little", reads_little);
    g_test_add_func("/source/domain/firmware", knows_firmware);
    g_test_add_func("/source/domain/processors", counts_processors);
    g_test_add_func("/source/domain/refuse", refuses_bad_machines);
    g_test_add_func("/source/domain/no-file", refuses_what_is_no_file);
    g_test_add_func("/source/domain/file", opens_disks_beside_the_file);
    g_test_add_func("/source/domain/sectors", reads_sizes_of_sectors);
    g_test_add_func("/source/domain/secrets", reads_no_secrets);
    return g_test_run();
}
