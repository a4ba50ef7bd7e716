// SPDX-License-Identifier: LGPL-2.1-or-later
// What lies where in tar archives, as GNU tar and Python write them and as an attacker does.
#include "convert/base/process/sanitized.h"
#include "convert/base/text.h"
#include "convert/source/archive/tar_index.h"
#include "tests/support/archives.h"

using namespace h2k;
using test::assert_equal;
using test::python;
using test::TestFolder;
using test::unwrap;

namespace {

const std::string control =
    "whose name holds a control character; programs disagree about where such a name ends, so it is refused.";

TarIndex index_of(const std::string &path) { return unwrap(read_tar_index(unwrap(HostFile::open(path)))); }

/// "name size" of each file, and a check that the bytes lie where the index says: each file holds its own name first.
std::string listed(const std::string &path) {
    const auto file = unwrap(HostFile::open(path));
    std::string all;
    for (const auto &member : unwrap(read_tar_index(file)).members) {
        all += member.name + " " + std::to_string(member.size) + (member.packed ? " packed\n" : "\n");
        if (!member.packed && member.size)
            assert_equal(unwrap(unwrap(file.part(member.offset, member.size, member.name)).read_some(0, 4)), "DATA");
    }
    return all;
}

void assert_refused(const std::string &path, std::string_view sentence, const char *file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    const auto result = read_tar_index(unwrap(HostFile::open(path)));
    if (result)
        g_assertion_message(G_LOG_DOMAIN, file, line, "", "the archive was taken");
    g_assert_cmpint(result.error().code(), ==, H2K_ERROR_SOURCE);
    assert_equal(result.error().message(), sentence, file, line);
}

std::uint64_t bytes_read() {
    const auto text = test::content_of("/proc/self/io");
    return g_ascii_strtoull(text.c_str() + std::string_view{"rchar: "}.size(), nullptr, 10);
}

const std::string files_of_all_sizes = R"(
sizes = [0, 4, 511, 512, 513, 4096, 70000]
members = [member("d/", type=tarfile.DIRTYPE)]
members += [member("d/%d" % size, (b"DATA" * size)[:size]) for size in sizes]
members += [member(name, b"DATA") for name in eval(sys.argv[3])]
)";

} // namespace

static void reads_every_dialect() {
    const TestFolder folder;
    const auto path = folder / "x.tar";
    const std::string sizes = "d/0 0\nd/4 4\nd/511 511\nd/512 512\nd/513 513\nd/4096 4096\nd/70000 70000\n";
    const std::string longer(300, 'n'), deep = std::string(120, 'p') + "/" + std::string(90, 'q');
    for (const auto &[format, names] :
         {std::pair{"USTAR", std::vector{deep}}, {"GNU", std::vector{longer, deep}}, {"PAX", {longer, "größe.vmdk"}}}) {
        python(files_of_all_sizes + "write(sys.argv[1], members, format=getattr(tarfile, sys.argv[2] + '_FORMAT'))",
               {path, format, "['" + join(names, "','") + "']"});
        std::string expected = sizes;
        for (const auto &name : names)
            expected += name + " 4\n";
        assert_equal(listed(path), expected);
        g_assert_true(index_of(path).ended);
    }
    // Version 7 has no magic; folders are told by their last '/'.
    python(files_of_all_sizes + R"(
write(sys.argv[1], members)
data = bytearray(open(sys.argv[1], "rb").read())
at = 0
while data[at]:
    size = int(data[at + 124:at + 135], 8)
    data[at:at + 512] = with_checksum(data[at:at + 156] + b"0" + bytes(355))
    at += 512 + (size + 511) // 512 * 512
open(sys.argv[1], "wb").write(data))",
           {path, "", "['a']"});
    assert_equal(listed(path), sizes + "a 4\n");
}

static void reads_what_gnu_tar_writes() {
    const TestFolder folder;
    for (const auto *format : {"v7", "oldgnu", "gnu", "ustar", "posix"}) {
        unwrap(write_file(folder / "disk.ovf", "DATA" + std::string(1000, 'x')));
        unwrap(write_file(folder / "disk.vmdk", "DATA" + std::string(100000, 'y')));
        test::run(
            {"tar", "--format", format, "-C", folder.path(), "-cf", folder / "x.tar", "./disk.ovf", ".//disk.vmdk"});
        assert_equal(listed(folder / "x.tar"), "disk.ovf 1004\ndisk.vmdk 100004\n");
    }
    // A volume label, which is no member, and a global header.
    test::run({"tar", "--format=gnu", "-V", "label", "-C", folder.path(), "-cf", folder / "x.tar", "disk.ovf"});
    assert_equal(listed(folder / "x.tar"), "disk.ovf 1004\n");
    test::run({"tar", "--format=posix", "--pax-option=globexthdr.name=g,comment=c", "-C", folder.path(), "-cf",
               folder / "x.tar", "disk.ovf"});
    assert_equal(listed(folder / "x.tar"), "disk.ovf 1004\n");
}

static void tells_sparse_members() {
    const TestFolder folder;
    unwrap(write_file(folder / "disk.raw", "DATA"));
    test::resize(folder / "disk.raw", 64u << 20);
    unwrap(write_file(folder / "other", "DATA"));
    for (const auto *option :
         {"--format=gnu", "--format=oldgnu", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"}) {
        test::run({"tar", "-S", option, "-C", folder.path(), "-cf", folder / "x.tar", "disk.raw", "other"});
        g_assert_cmpuint(std::filesystem::file_size(folder / "x.tar"), <, 1u << 20);
        assert_equal(listed(folder / "x.tar"), "disk.raw 67108864 packed\nother 4\n");
    }
}

/// Sizes beyond 8 GiB in base-256 and in pax, and an archive that is larger than what may be read of it.
static void does_not_read_the_disks() {
    for (const auto *format : {"GNU", "PAX"}) {
        const TestFolder folder;
        const auto path = folder / "x.tar";
        python(R"(
with open(sys.argv[1], "wb") as out:
    for name, size in (("a.ovf", 4), ("b.vmdk", 9 << 30), ("c.vmdk", 1 << 30)):
        info = tarfile.TarInfo(name)
        info.size = size
        out.write(info.tobuf(getattr(tarfile, sys.argv[2] + "_FORMAT")))
        out.write(b"DATA")
        out.seek((out.tell() - 4 + size + 511) // 512 * 512)
    out.truncate(out.tell() + 1024)
)",
               {path, format});
        const auto before = bytes_read();
        const auto index = index_of(path);
        // Beside gigabytes, what a sanitizer reads in the program is nothing.
        g_assert_cmpuint(bytes_read() - before, <, is_sanitized ? 1u << 20 : 64u << 10);
        g_assert_cmpuint(index.members.size(), ==, 3);
        g_assert_cmpuint(index.members[1].size, ==, std::uint64_t{9} << 30);
        g_assert_cmpuint(index.members[2].offset, >, std::uint64_t{9} << 30);
        assert_equal(listed(path), "a.ovf 4\nb.vmdk 9663676416\nc.vmdk 1073741824\n");
        // The last bytes of the last member.
        test::resize(path, std::filesystem::file_size(path) - 1024 - 1);
        assert_refused(path, "“x.tar” is truncated: it ends within “c.vmdk”.");
    }
}

/// The index is also of an archive in an archive.
static void reads_a_part_of_a_file() {
    const TestFolder folder;
    python(R"(
inner = io.BytesIO()
with tarfile.open(fileobj=inner, mode="w") as tar:
    tar.addfile(*member("disk.raw", b"DATA" * 1000))
write(sys.argv[1], [member("a", b"x" * 700), member("inner.tar", inner.getvalue()), member("b", b"y")]))",
           {folder / "x.tar"});
    const auto file = unwrap(HostFile::open(folder / "x.tar"));
    const auto outer = unwrap(read_tar_index(file)).members[1];
    const auto part = unwrap(file.part(outer.offset, outer.size, outer.name));
    const auto inner = unwrap(read_tar_index(part));
    g_assert_cmpuint(inner.members.size(), ==, 1);
    const auto disk = unwrap(part.part(inner.members[0].offset, inner.members[0].size, "disk.raw"));
    assert_equal(unwrap(disk.read(3996, 4)), "DATA");
    g_assert_cmpuint(disk.window()->offset, ==, outer.offset + 512);
}

struct Hostile {
    const char *script; ///< writes the archive sys.argv[1]
    std::string sentence;
};

static void refuses_hostile_members() {
    const Hostile cases[] = {
        {"write(p, [member('../x.vmdk', b'x')])", "“x.tar” holds “../x.vmdk”, which points outside the archive."},
        {"write(p, [member('a/../../x.vmdk', b'x')])",
         "“x.tar” holds “a/../../x.vmdk”, which points outside the archive."},
        {"write(p, [member('a/..', b'x')])", "“x.tar” holds “a/..”, which points outside the archive."},
        {"write(p, [member('/etc/shadow', b'x')])", "“x.tar” holds “/etc/shadow”, which points outside the archive."},
        {"write(p, [member('/etc/shadow', b'x')], format=tarfile.PAX_FORMAT)",
         "“x.tar” holds “/etc/shadow”, which points outside the archive."},
        {"write(p, [member('x', type=tarfile.SYMTYPE, linkname='/etc/shadow')])",
         "“x.tar” holds the link “x”; only files are taken from an archive."},
        {"write(p, [member('x', type=tarfile.LNKTYPE, linkname='y')])",
         "“x.tar” holds the link “x”; only files are taken from an archive."},
        {"write(p, [member('x', type=tarfile.CHRTYPE)])",
         "“x.tar” holds the special file “x”; only files are taken from an archive."},
        {"write(p, [member('x', type=tarfile.BLKTYPE)])",
         "“x.tar” holds the special file “x”; only files are taken from an archive."},
        {"write(p, [member('x', type=tarfile.FIFOTYPE)])",
         "“x.tar” holds the special file “x”; only files are taken from an archive."},
        {"write(p, [member('a/x'), member('./a//x')])", "“x.tar” holds “a/x” more than once."},
        {"write(p, [member('d.vmdk', b'x'), member('D.VMDK', b'x')])",
         "“x.tar” holds “D.VMDK” more than once, in upper and lower case."},
        {"write(p, [member('a\\nb', b'x')])", "“x.tar” names the file “a?b”, " + control},
        {"write(p, [member('a\\x7f', b'x')])", "“x.tar” names the file “a?”, " + control},
        {"write(p, [member('a\\x1b[2J', b'x')], format=tarfile.PAX_FORMAT)",
         "“x.tar” names the file “a?[2J”, " + control},
        {"write(p, [member('a\\u2028b', b'x')], format=tarfile.PAX_FORMAT)",
         "“x.tar” names the file “a?b”, " + control},
        {"write(p, [member('.', b'x')])", "“x.tar” holds a member without a name."},
        {"write(p, [member(str(i)) for i in range(4097)])",
         "“x.tar” holds more than 4096 members, the limit for an archive."},
        {"write(p, [member('d%d' % i, type=tarfile.DIRTYPE) for i in range(4097)])",
         "“x.tar” holds more than 4096 members, the limit for an archive."},
        // The largest number of base 256, the smallest, and one in pax that is below nothing.
        {"h = member('x')[0].tobuf(); open(p, 'wb').write(with_checksum(h[:124] + b'\\x80' + b'\\xff' * 11 + h[136:]))",
         "“x.tar” is damaged or cannot be unpacked: Tar entry size overflow."},
        {"h = member('x')[0].tobuf(); open(p, 'wb').write(with_checksum(h[:124] + b'\\xff' * 12 + h[136:]))",
         "“x.tar” is damaged or cannot be unpacked: Tar entry has negative size."},
        {"h = member('x')[0].tobuf();"
         "open(p, 'wb').write(with_checksum(h[:124] + b'\\x80' + bytes(3) + b'\\x7f' + b'\\xff' * 7 + h[136:]))",
         "“x.tar” is damaged or cannot be unpacked: Tar entry size overflow."},
        {"write(p, [member('x', b'DATA', pax_headers={'size': '-1'})], format=tarfile.PAX_FORMAT)",
         "“x.tar” is damaged or cannot be unpacked: Tar size attribute is negative."},
        {"open(p, 'wb').write(b'x' * 2000)", "“x.tar” is damaged or cannot be unpacked: Unrecognized archive format."},
    };
    const TestFolder folder;
    for (const auto &[script, sentence] : cases) {
        python("p = sys.argv[1]\n" + std::string{script}, {folder / "x.tar"});
        assert_refused(folder / "x.tar", sentence);
    }
}

static void refuses_truncated() {
    const TestFolder folder;
    const auto path = folder / "x.tar";
    python("write(sys.argv[1], [member('a', b'DATA' * 300), member('b', b'DATA' * 300)])", {path});
    const auto good = test::content_of(path);
    const auto cut = [&](std::size_t size) { unwrap(write_file(path, good.substr(0, size))); };
    cut(100);
    assert_refused(path, "“x.tar” is damaged or cannot be unpacked: Unrecognized archive format.");
    for (const std::size_t size : {512, 513, 1711}) {
        cut(size);
        assert_refused(path, "“x.tar” is truncated: it ends within “a”.");
    }
    cut(512 + 1536 + 511); // within the second header
    assert_refused(path, "“x.tar” is damaged or cannot be unpacked: Truncated tar archive.");
    for (const std::size_t size : {4096 - 336 - 1, 512 + 1536 + 512}) {
        cut(size);
        assert_refused(path, "“x.tar” is truncated: it ends within “b”.");
    }
    // Whole members without the mark of the end cannot be told from an archive that was cut between two.
    cut(512 + 1536);
    assert_equal(listed(path), "a 1200\n");
    g_assert_false(index_of(path).ended);
    cut(4096);
    g_assert_false(index_of(path).ended);
    assert_equal(listed(path), "a 1200\nb 1200\n");
    cut(4096 - 336);
    assert_refused(path, "“x.tar” is damaged or cannot be unpacked: Truncated input file (needed 1536 bytes, only 1200 "
                         "available).");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/tar-index/dialects", reads_every_dialect);
    g_test_add_func("/tar-index/gnu-tar", reads_what_gnu_tar_writes);
    g_test_add_func("/tar-index/sparse", tells_sparse_members);
    g_test_add_func("/tar-index/large", does_not_read_the_disks);
    g_test_add_func("/tar-index/part", reads_a_part_of_a_file);
    g_test_add_func("/tar-index/hostile", refuses_hostile_members);
    g_test_add_func("/tar-index/truncated", refuses_truncated);
    return g_test_run();
}
