// SPDX-License-Identifier: LGPL-2.1-or-later
// Appliances in archives: read where they lie, or told how to be unpacked.
#include "tests/support/archived.h"
#include "tests/support/notices.h"

using namespace h2k;
using namespace h2k::test;

namespace {

/// An envelope as ovftool writes it, with @disks.
std::string envelope(const std::vector<std::string> &disks) {
    std::string files, list, items;
    for (std::size_t i = 0; i < disks.size(); ++i) {
        const auto n = std::to_string(i);
        files += "<File ovf:id=\"file" + n + "\" ovf:href=\"" + disks[i] + "\"/>";
        list += "<Disk ovf:diskId=\"disk" + n + "\" ovf:fileRef=\"file" + n +
                "\" ovf:capacity=\"8\" "
                "ovf:capacityAllocationUnits=\"byte * 2^20\"/>";
        items += "<Item><rasd:AddressOnParent>" + n +
                 "</rasd:AddressOnParent><rasd:ElementName>d</rasd:ElementName>"
                 "<rasd:HostResource>ovf:/disk/disk" +
                 n + "</rasd:HostResource><rasd:InstanceID>" + std::to_string(i + 10) +
                 "</rasd:InstanceID><rasd:Parent>3</rasd:Parent>"
                 "<rasd:ResourceType>17</rasd:ResourceType></Item>";
    }
    return "<?xml version=\"1.0\"?><Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\" "
           "xmlns:ovf=\"http://schemas.dmtf.org/ovf/envelope/1\" xmlns:rasd=\"http://schemas.dmtf.org/wbem/wscim/1/"
           "cim-schema/2/CIM_ResourceAllocationSettingData\"><References>" +
           files + "</References><DiskSection><Info>disks</Info>" + list +
           "</DiskSection><VirtualSystem ovf:id=\"web\"><Info>vm</Info><VirtualHardwareSection><Info>hw</Info><Item>"
           "<rasd:ElementName>SCSI</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6"
           "</rasd:ResourceType></Item>" +
           items + "</VirtualHardwareSection></VirtualSystem></Envelope>";
}

/// A folder with web.ovf, its two disks and its manifest.
class Appliance {
  public:
    explicit Appliance(const std::string &prefix = "") {
        test::make_vmdk(folder, "streamOptimized", 8u << 20, "web-disk1.vmdk");
        test::make_vmdk(folder, "streamOptimized", 8u << 20, "web-disk2.vmdk");
        unwrap(write_file(folder / "web.ovf", envelope({prefix + "web-disk1.vmdk", prefix + "web-disk2.vmdk"})));
        std::string manifest;
        for (const auto *name : {"web.ovf", "web-disk1.vmdk", "web-disk2.vmdk"})
            manifest +=
                "SHA256(" + std::string{name} + ")= " + test::run({"sha256sum", folder / name}).substr(0, 64) + "\n";
        unwrap(write_file(folder / "web.mf", manifest));
    }
    /// Packs @names with GNU tar.
    std::string tar(const std::string &archive, const std::vector<std::string> &options,
                    const std::vector<std::string> &names) const {
        std::vector<std::string> argv{"tar", "-C", folder.path(), "-cf", folder / archive};
        argv.insert(argv.end(), options.begin(), options.end());
        argv.insert(argv.end(), names.begin(), names.end());
        test::run(argv);
        return folder / archive;
    }
    const TestFolder folder;
};

const std::vector<std::string> in_order{"web.ovf", "web.mf", "web-disk1.vmdk", "web-disk2.vmdk"};
const std::vector<std::string> manifest_last{"web.ovf", "web-disk1.vmdk", "web-disk2.vmdk", "web.mf"};

void assert_in_place(const Disk &disk, const std::string &archive, const std::string &original) {
    g_assert_false(disk.fetch.has_value());
    g_assert_true(disk.top.window.has_value() && disk.top.format == DiskFormat::vmdk);
    assert_equal(disk.top.path, archive);
    assert_equal(join(disk.files, " "), archive);
    const auto content = test::content_of(original);
    g_assert_cmpuint(disk.top.window->length, ==, content.size());
    g_assert_true(bytes_at(archive, disk.top.window->offset, content.size()) == content);
    g_assert_cmpuint(disk.top.bytes, ==, 8u << 20);
}

} // namespace

static void reads_an_ova_in_place() {
    const Appliance web;
    for (const auto *format : {"--format=ustar", "--format=gnu", "--format=posix", "--format=v7"})
        for (const auto &names : {in_order, manifest_last}) {
            const auto path = web.tar("web.ova", {format}, names);
            const auto plan = unwrap(describe_file(path));
            assert_equal(plan.kind, "ova");
            assert_equal(plan.source.name, "web");
            g_assert_cmpuint(plan.source.disks.size(), ==, 2);
            assert_in_place(plan.source.disks[0], path, web.folder / "web-disk1.vmdk");
            assert_in_place(plan.source.disks[1], path, web.folder / "web-disk2.vmdk");
        }
    // Without the two blocks at its end.
    const auto path = web.tar("web.ova", {"--format=ustar"}, in_order);
    const auto last = *unwrap(describe_file(path)).source.disks[1].top.window;
    test::resize(path, (last.offset + last.length + 511) / 512 * 512);
    const auto warnings = test::texts_of(unwrap(describe_file(path)).notices);
    g_assert_cmpuint(warnings.size(), >=, 1);
    assert_equal(warnings.front(), "“web.ova” has no end-of-archive marker; it may be truncated.");
}

/// The names in a descriptor are seen from its own folder.
static void reads_an_ova_in_a_folder() {
    const Appliance web;
    std::error_code error;
    std::filesystem::create_directories(web.folder / "export/vm", error);
    for (const auto &name : in_order)
        std::filesystem::rename(web.folder / name, web.folder / ("export/vm/" + name), error);
    const auto path = web.tar("web.ova", {}, {"./export"});
    const auto plan = unwrap(describe_file(path));
    assert_equal(plan.kind, "ova");
    assert_in_place(plan.source.disks[0], path, web.folder / "export/vm/web-disk1.vmdk");
    // With a disk beside the folder.
    const TestFolder folder;
    python("write(sys.argv[1], [member('a/x.ovf', sys.argv[2].encode()), member('disk.vmdk', b'x')])",
           {folder / "x.ova", envelope({"disk.vmdk"})});
    assert_equal(refusal(folder / "x.ova"), "“x.ova” holds no file “disk.vmdk”.");
}

static void reads_a_packed_ova() {
    const Appliance web;
    const auto size1 = std::to_string(std::filesystem::file_size(web.folder / "web-disk1.vmdk"));
    const auto size2 = std::to_string(std::filesystem::file_size(web.folder / "web-disk2.vmdk"));
    for (const auto &[archive, option] : {std::pair{"web.tar.gz", "-z"},
                                          {"web.txz", "-J"},
                                          {"web.tbz2", "-j"},
                                          {"web.tar.zst", "--zstd"},
                                          {"web.ova", "-z"}}) {
        // The manifest stands last: so everything was read, and the sizes are known.
        auto plan = unwrap(describe_file(web.tar(archive, {option}, manifest_last)));
        assert_equal(plan.kind, "ova");
        const std::string at = " " + std::string{archive} + " : ";
        assert_equal(fetches(plan, web.folder), "web-disk1.vmdk" + at + "web-disk1.vmdk " + size1 + "\nweb-disk2.vmdk" +
                                                    at + "web-disk2.vmdk " + size2 + "\n");
        g_assert_cmpuint(plan.digests.size(), ==, 2);
        assert_equal(join(plan.digests[1].from.members, "/"), "web-disk2.vmdk");
        assert_equal(plan.digests[1].expected, test::run({"sha256sum", web.folder / "web-disk2.vmdk"}).substr(0, 64));
        // It stands in front: so nothing after it was read.
        plan = unwrap(describe_file(web.tar(archive, {option}, in_order)));
        g_assert_cmpuint(plan.source.disks.size(), ==, 2);
        assert_equal(plan.source.disks[1].fetch->members.front(), "web-disk2.vmdk");
        g_assert_cmpuint(plan.digests.size(), ==, 2);
    }
    for (const auto *how : {"ZIP_STORED", "ZIP_DEFLATED"}) {
        python(R"(with zipfile.ZipFile(sys.argv[1], "w", getattr(zipfile, sys.argv[2])) as file:
    for path in sys.argv[3:]:
        file.write(path, os.path.basename(path)))",
               {web.folder / "web.zip", how, web.folder / "web-disk1.vmdk", web.folder / "web-disk2.vmdk",
                web.folder / "web.mf", web.folder / "web.ovf"});
        const auto plan = unwrap(describe_file(web.folder / "web.zip"));
        assert_equal(plan.kind, "ova");
        assert_equal(fetches(plan, web.folder), "web-disk1.vmdk web.zip : web-disk1.vmdk " + size1 +
                                                    "\nweb-disk2.vmdk web.zip : web-disk2.vmdk " + size2 + "\n");
        g_assert_cmpuint(plan.digests.size(), ==, 2);
    }
}

/// Where descriptor and manifest come first, a damaged end of the archive is not looked at.
static void stops_after_the_manifest() {
    const Appliance web;
    test::run({"dd", "if=/dev/urandom", "of=" + (web.folder / "noise"), "bs=1M", "count=1", "status=none"});
    const auto damaged = [&](std::vector<std::string> names) {
        const auto path = web.tar("web.tgz", {"-z"}, names);
        test::resize(path, std::filesystem::file_size(path) / 2);
        return path;
    };
    unwrap(describe_file(damaged({"web.ovf", "web.mf", "noise", "web-disk1.vmdk", "web-disk2.vmdk"})));
    assert_equal(refusal(damaged({"web.ovf", "web-disk1.vmdk", "web-disk2.vmdk", "noise", "web.mf"})),
                 "“web.tgz” is truncated: its compressed data ends too early.");
}

static void reads_an_ova_in_an_archive() {
    const Appliance web;
    web.tar("web.ova", {}, in_order);
    // In a plain archive its disks lie in place, at the sum of both offsets.
    const auto outer = web.tar("outer.tar", {}, {"web.ova"});
    const auto plan = unwrap(describe_file(outer));
    assert_equal(plan.kind, "ova");
    assert_in_place(plan.source.disks[1], outer, web.folder / "web-disk2.vmdk");
    // Packed, it is unpacked in one go with what it is in.
    for (const auto &[archive, option] : {std::pair{"outer.tgz", "-z"}, {"outer.tar.xz", "-J"}}) {
        const auto packed = unwrap(describe_file(web.tar(archive, {option}, {"web.ova"})));
        assert_equal(packed.kind, "ova");
        assert_equal(join(packed.source.disks[0].fetch->members, "/"), "web.ova/web-disk1.vmdk");
        g_assert_cmpuint(packed.digests.size(), ==, 2);
    }
    python(R"(with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[2], "a/web.ova"))",
           {web.folder / "outer.zip", web.folder / "web.ova"});
    assert_equal(join(unwrap(describe_file(web.folder / "outer.zip")).source.disks[1].fetch->members, "/"),
                 "a/web.ova/web-disk2.vmdk");
    std::error_code error;
    std::filesystem::copy_file(web.folder / "web.ova", web.folder / "two.ova", error);
    assert_equal(refusal(web.tar("outer.tar", {}, {"web.ova", "two.ova"})),
                 "“outer.tar” holds 2 archives, of which “web.ova” describes a machine; unpack it and name one.");
}

/// What is kept of an archive as text is a copy: qemu would open the archive itself in its stead.
static void unpacks_a_disk_that_is_called_a_manifest() {
    const Appliance web;
    unwrap(write_file(web.folder / "web.ovf", envelope({"disk.mf"})));
    std::filesystem::rename(web.folder / "web-disk1.vmdk", web.folder / "disk.mf");
    const auto plan = unwrap(describe_file(web.tar("web.tgz", {"-z"}, {"web.ovf", "disk.mf"})));
    assert_equal(plan.source.disks[0].fetch->members.front(), "disk.mf");
}

/// A hole of any size costs nothing to pack, and would be looked through for the next file of the zip archive.
static void refuses_an_archive_with_holes() {
    const TestFolder folder;
    python(R"(with open(sys.argv[1], "wb") as file:
    file.write(b"PK\3\4" + bytes(26))
    file.truncate(1 << 40))",
           {folder / "inner.zip"});
    test::run({"tar", "-C", folder.path(), "-S", "-cf", folder / "outer.tar", "inner.zip"});
    test::assert_refused(
        folder / "outer.tar",
        "“inner.zip” in “outer.tar” is stored as a sparse file, which is not supported for an archive.");
}

static void refuses_bad_appliances() {
    const TestFolder folder;
    const auto path = folder / "x.ova";
    const std::pair<const char *, const char *> cases[] = {
        {"write(p, [member('a.ovf', ovf), member('b/b.OVF', ovf)])",
         "“x.ova” holds several machines: “a.ovf” and “b/b.OVF” describe one each; unpack it and name one."},
        {"write(p, [member('a.ovf', bytes((8 << 20) + 1))])",
         "“a.ovf” in “x.ova” is longer than 8 MiB, which is too long for a descriptor."},
        {"write(p, [member('a.ovf', bytes((8 << 20) + 1))], 'w:gz')",
         "“a.ovf” in “x.ova” is longer than 8 MiB, which is too long for a descriptor."},
        {"write(p, [member('a.ovf', ovf)])", "“x.ova” holds no file “disk.vmdk”."},
        {"write(p, [member('a.ovf', ovf)], 'w:gz')", "“x.ova” holds no file “disk.vmdk”."},
        {"write(p, [member('a.ovf', ovf), member('a.ovf', ovf)], 'w:xz')", "“x.ova” holds “a.ovf” more than once."},
        {"write(p, [member('a.ovf', ovf), member('l', type=tarfile.SYMTYPE, linkname='x')], 'w:bz2')",
         "“x.ova” holds the link “l”; only files are taken from an archive."},
        {"write(p, [member('../a.ovf', ovf)], 'w:gz')", "“x.ova” holds “../a.ovf”, which points outside the archive."},
        {"write(p, [member(str(i)) for i in range(4097)], 'w:gz')",
         "“x.ova” holds more than 4096 members, the limit for an archive."},
        {"write(p, [member(str(i) + '.mf', bytes(8 << 20)) for i in range(9)], 'w:gz')",
         "“x.ova” holds too many descriptors and disks."},
        {"write(p, [member('readme', b'x')])",
         "“x.ova” holds neither the description of a machine nor a recognised disk image."},
        {"write(p, [])", "“x.ova” is damaged or cannot be unpacked: Unrecognized archive format."},
    };
    for (const auto &[script, sentence] : cases) {
        python("p, ovf = sys.argv[1], sys.argv[2].encode()\n" + std::string{script}, {path, envelope({"disk.vmdk"})});
        const auto said = refusal(path);
        if (std::string_view{script} != "write(p, [])")
            assert_equal(said, sentence);
    }
    python("write(sys.argv[1], [member('a.ovf', sys.argv[2].encode())])", {path, envelope({"../../etc/shadow"})});
    assert_equal(refusal(path), "“a.ovf” names the file “../../etc/shadow”, which is outside its package.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/archive/ova/in-place", reads_an_ova_in_place);
    g_test_add_func("/archive/ova/folder", reads_an_ova_in_a_folder);
    g_test_add_func("/archive/ova/packed", reads_a_packed_ova);
    g_test_add_func("/archive/ova/stops", stops_after_the_manifest);
    g_test_add_func("/archive/ova/nested", reads_an_ova_in_an_archive);
    g_test_add_func("/archive-ova/called-manifest", unpacks_a_disk_that_is_called_a_manifest);
    g_test_add_func("/archive-ova/holes", refuses_an_archive_with_holes);
    g_test_add_func("/archive/ova/refuse", refuses_bad_appliances);
    return g_test_run();
}
