// SPDX-License-Identifier: LGPL-2.1-or-later
// Disk images in archives that say nothing of a machine.
#include "convert/source/machine_name.h"
#include "tests/support/archived.h"
#include "tests/support/notices.h"

using namespace h2k;
using namespace h2k::test;

namespace {

/// A raw disk with a partition table, of so many MiB.
std::string make_raw(const TestFolder &folder, const std::string &name, unsigned mebibytes = 2) {
    unwrap(write_file(folder / name, std::string(510, '\0') + "\x55\xaa" + name));
    test::resize(folder / name, std::uint64_t{mebibytes} << 20);
    return folder / name;
}

} // namespace

static void takes_images_in_place() {
    const TestFolder folder;
    make_raw(folder, "disk10.raw");
    make_raw(folder, "disk2.img", 3);
    test::make_qcow2(folder, "compat=1.1", "disk1.qcow2");
    unwrap(write_file(folder / "readme.txt", "x"));
    const auto path = folder / "ami.tar";
    test::run({"tar", "-C", folder.path(), "-cf", path, "disk10.raw", "disk2.img", "disk1.qcow2", "readme.txt"});
    const auto plan = unwrap(describe_file(path));
    assert_equal(plan.kind, "archive");
    assert_equal(plan.source.name, "ami");
    g_assert_cmpuint(plan.source.disks.size(), ==, 3);
    g_assert_true(plan.source.disks[0].top.format == DiskFormat::qcow2);
    g_assert_cmpuint(plan.source.disks[1].top.bytes, ==, 3u << 20);
    g_assert_cmpuint(plan.source.disks[2].top.bytes, ==, 2u << 20);
    g_assert_true(bytes_at(path, plan.source.disks[2].top.window->offset + 512, 10) == "disk10.raw");
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "“ami.tar” holds 3 disk images and no description of a machine; they are "
                 "used as the disks of one machine, in the order of their names.");
}

static void takes_images_packed() {
    const TestFolder folder;
    make_raw(folder, "disk.raw");
    const auto pack = [&](const std::string &archive, std::vector<std::string> more) {
        more.insert(more.begin(), {"tar", "-C", folder.path(), "-cf", folder / archive});
        test::run(more);
        return unwrap(describe_file(folder / archive));
    };
    // As Google's cloud exports it: sparse in tar, in gzip.
    assert_equal(fetches(pack("gce.tar.gz", {"-Sz", "--format=oldgnu", "disk.raw"}), folder),
                 "disk.raw gce.tar.gz : disk.raw 2097152\n");
    assert_equal(fetches(pack("holes.tar", {"-S", "disk.raw"}), folder), "disk.raw holes.tar : disk.raw 2097152\n");
    assert_equal(fetches(pack("a.tar.xz", {"-J", "./disk.raw"}), folder), "disk.raw a.tar.xz : disk.raw 2097152\n");
    // No name says it: the one large member that starts as a disk.
    std::error_code error;
    std::filesystem::rename(folder / "disk.raw", folder / "image.bin", error);
    unwrap(write_file(folder / "small.bin", "x"));
    assert_equal(fetches(pack("b.tgz", {"-z", "small.bin", "image.bin"}), folder),
                 "image.bin b.tgz : image.bin 2097152\n");
    // What macOS adds, and what shows that it is no disk.
    std::filesystem::rename(folder / "image.bin", folder / "disk.img", error);
    unwrap(write_file(folder / "initrd.img", "070701" + std::string(2u << 20, '0')));
    unwrap(write_file(folder / "._disk.img", "x"));
    const auto plan = pack("c.tgz", {"-z", "initrd.img", "disk.img", "._disk.img"});
    assert_equal(fetches(plan, folder), "disk.img c.tgz : disk.img 2097152\n");
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "“initrd.img” in “c.tgz” is not recognised as a disk image and is left out.");
}

static void takes_images_one_level_down() {
    const TestFolder folder;
    make_raw(folder, "disk.raw");
    const auto tar = [&](const std::string &archive, const std::string &option, const std::vector<std::string> &names) {
        std::vector<std::string> argv{"tar", option, "-C", folder.path(), "-cf", folder / archive};
        argv.insert(argv.end(), names.begin(), names.end());
        test::run(argv);
        return folder / archive;
    };
    tar("inner.tar.gz", "-z", {"disk.raw"});
    tar("inner.tar", "-v", {"disk.raw"});
    const auto packed = std::to_string(std::filesystem::file_size(folder / "inner.tar.gz"));
    assert_equal(fetches(unwrap(describe_file(tar("o.tar", "-v", {"inner.tar.gz"}))), folder),
                 "disk.raw o.tar@512+" + packed + " : disk.raw 2097152\n");
    assert_equal(fetches(unwrap(describe_file(tar("o.tgz", "-z", {"inner.tar.gz"}))), folder),
                 "disk.raw o.tgz : inner.tar.gz : disk.raw 2097152\n");
    assert_equal(fetches(unwrap(describe_file(tar("o.tar.xz", "-J", {"inner.tar"}))), folder),
                 "disk.raw o.tar.xz : inner.tar : disk.raw 2097152\n");
    g_assert_cmpuint(unwrap(describe_file(tar("o.tar", "-v", {"inner.tar"}))).source.disks[0].top.window->offset, ==,
                     1024);
    python(R"(with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[2], "disk.raw"))",
           {folder / "inner.zip", folder / "disk.raw"});
    assert_equal(fetches(unwrap(describe_file(tar("o.tgz", "-z", {"inner.zip"}))), folder),
                 "disk.raw o.tgz : inner.zip : disk.raw 2097152\n");
    // Two levels down.
    tar("middle.tar", "-v", {"inner.tar.gz"});
    for (const auto &[archive, option] : {std::pair{"o.tar", "-v"}, {"o.tgz", "-z"}})
        assert_equal(refusal(tar(archive, option, {"middle.tar"})),
                     "“middle.tar” in “" + std::string{archive} +
                         "” holds another archive, “inner.tar.gz”; unpack it first.");
    // Beside a disk, an archive is not looked into.
    const auto plan = unwrap(describe_file(tar("o.tgz", "-z", {"disk.raw", "inner.tar"})));
    assert_equal(fetches(plan, folder), "disk.raw o.tgz : disk.raw 2097152\n");
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "“inner.tar” in “o.tgz” is an archive itself and is ignored.");
}

static void takes_compressed_images() {
    const TestFolder folder;
    make_raw(folder, "web.raw");
    std::vector<std::string> all;
    for (const auto &[tool, suffix] : {std::pair{"gzip", "gz"}, {"xz", "xz"}, {"zstd", "zst"}, {"bzip2", "bz2"}}) {
        test::run({tool, "-q", "-k", folder / "web.raw"});
        const auto path = folder / ("web.raw." + std::string{suffix});
        const auto plan = unwrap(describe_file(path));
        assert_equal(plan.kind, "archive");
        assert_equal(plan.source.name, "web");
        const auto most = (64u << 20) + std::uint64_t{40000} * std::filesystem::file_size(path);
        assert_equal(fetches(plan, folder),
                     "web.raw web.raw." + std::string{suffix} + " " + std::to_string(most) + "\n");
        all.push_back(path);
    }
    // Several of them are several disks, as without compression.
    all.push_back(folder / "web.raw");
    const auto plan = unwrap(describe({.sources = all}));
    g_assert_cmpuint(plan.source.disks.size(), ==, 5);
    assert_equal(plan.source.disks[3].id + plan.source.disks[4].id, "disk3disk4");
    // In a plain archive, they lie there packed.
    test::run({"tar", "-C", folder.path(), "-cf", folder / "x.tar", "web.raw.gz"});
    const auto size = std::filesystem::file_size(folder / "web.raw.gz");
    assert_equal(fetches(unwrap(describe_file(folder / "x.tar")), folder),
                 "web.raw x.tar@512+" + std::to_string(size) + " " +
                     std::to_string((64u << 20) + std::uint64_t{40000} * size) + "\n");
    unwrap(write_file(folder / "none.raw", ""));
    test::run({"gzip", folder / "none.raw"});
    assert_equal(refusal(folder / "none.raw.gz"), "“none.raw.gz” is empty.");
    unwrap(write_file(folder / "bad.raw.gz", std::string{"\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17}));
    assert_equal(refusal(folder / "bad.raw.gz"), "“bad.raw.gz” is damaged or cannot be unpacked: invalid block type.");
    test::run({"gzip", folder / "web.raw.gz", "-f", "-S", ".gz.gz"});
    std::error_code error;
    std::filesystem::rename(folder / "web.raw.gz.gz.gz", folder / "twice.raw.gz", error);
    assert_equal(refusal(folder / "twice.raw.gz"), "“twice.raw.gz” is compressed more than once; unpack it first.");
}

/// A guest that writes the header of an archive to its own disk must not have it taken for one.
static void disks_are_not_archives() {
    const TestFolder folder;
    python(R"(
write(sys.argv[1], [member("a.vmdk", b"x")])
data = bytearray(open(sys.argv[1], "rb").read())
data[510:512] = b"\x55\xaa"
data[0:512] = with_checksum(bytes(data[0:512]))
data += bytes(2 << 20)
open(sys.argv[1], "wb").write(data))",
           {folder / "disk"});
    const auto said = [](const std::string &name) {
        return "“" + name +
               "” starts like an archive, but its name or content says that it is a disk; specify the format of the "
               "disk with --input-format, or give the file the name of an archive.";
    };
    assert_equal(refusal(folder / "disk"), said("disk"));
    g_assert_true(unwrap(describe_file(folder / "disk", DiskFormat::raw)).source.disks[0].top.format ==
                  DiskFormat::raw);
    std::error_code error;
    python("write(sys.argv[1], [member('a.vmdk', b'x')])", {folder / "x.vmdk"});
    assert_equal(refusal(folder / "x.vmdk"), said("x.vmdk"));
    // Compressed, its name says what it is, and without one its boot sector does.
    test::run({"gzip", "-k", folder / "disk"});
    assert_equal(unwrap(describe_file(folder / "disk.gz")).source.disks[0].fetch->name, "disk");
    g_assert_true(unwrap(describe_file(folder / "disk.gz")).source.disks[0].fetch->members.empty());
    std::filesystem::rename(folder / "x.vmdk", folder / "y.raw", error);
    test::run({"gzip", folder / "y.raw"});
    g_assert_true(unwrap(describe_file(folder / "y.raw.gz")).source.disks[0].fetch->members.empty());
}

static void refuses_other_archives() {
    const TestFolder folder;
    make_raw(folder, "disk.raw");
    const auto path = folder / "x.zip";
    python(R"(with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED) as file:
    file.write(sys.argv[2], "disk.raw")
data = bytearray(open(sys.argv[1], "rb").read())
data[6] |= 1 # the bit that says encrypted, in both headers
data[data.rindex(b"PK\1\2") + 8] |= 1
open(sys.argv[1], "wb").write(data))",
           {path, folder / "disk.raw"});
    assert_equal(refusal(path), "“disk.raw” in “x.zip” is encrypted; unpack it first.");
    python(R"(with zipfile.ZipFile(sys.argv[1], "w") as file:
    info = zipfile.ZipInfo("disk.raw")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    file.writestr(info, "/etc/shadow"))",
           {path});
    assert_equal(refusal(path), "“x.zip” holds the link “disk.raw”; only files are taken from an archive.");
    const auto whole = unwrap(describe({.sources = {make_raw(folder, "a.raw")}}));
    test::run({"tar", "-C", folder.path(), "-cf", folder / "a.tar", "disk.raw"});
    assert_equal(test::message_of(describe({.sources = {folder / "a.tar", folder / "a.raw"}}), H2K_ERROR_SOURCE),
                 "“a.tar” describes a whole machine, so it has to be the only source.");
}

static void names_machines() {
    const std::pair<const char *, const char *> cases[] = {
        {"web.ova", "web"},        {"web.tar.gz", "web"}, {"web.tgz", "web"},       {"web.raw.xz", "web"},
        {"web.vmdk.tar", "web"},   {"web.ZIP", "web"},    {"web.qcow2.zst", "web"}, {"web.v1.img.bz2", "web.v1"},
        {"web.raw.tar.gz", "web"}, {".tar.gz", "guest"},
    };
    for (const auto &[path, name] : cases)
        assert_equal(machine_name(path), name);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/archive/images/in-place", takes_images_in_place);
    g_test_add_func("/archive/images/packed", takes_images_packed);
    g_test_add_func("/archive/images/nested", takes_images_one_level_down);
    g_test_add_func("/archive/images/compressed", takes_compressed_images);
    g_test_add_func("/archive/disks", disks_are_not_archives);
    g_test_add_func("/archive/refuse", refuses_other_archives);
    g_test_add_func("/archive/name", names_machines);
    return g_test_run();
}
