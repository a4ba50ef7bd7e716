// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifests: what is verified, when, and what is not.
#include "convert/format/host_file.h"
#include "convert/source/ovf/manifest/manifest.h"
#include "tests/support/notices.h"
#include "tests/support/ovf_package.h"

using namespace h2k;
using test::assert_equal;
using test::cut;
using test::file;
using test::make_disk;
using test::small;
using test::TestFolder;
using test::unwrap;
using test::write_ovf;

namespace {

std::string checksum(GChecksumType type, const std::string &bytes) {
    return Owned<char>{g_compute_checksum_for_string(type, bytes.c_str(), static_cast<gssize>(bytes.size()))}.get();
}

/// The bytes that a digest is of, where they are in no archive.
std::string bytes_of(const Digest &digest) {
    g_assert_true(digest.from.members.empty());
    std::string all;
    for (const auto &piece : digest.from.pieces) {
        const auto opened = unwrap(HostFile::open(piece.path));
        const auto window = piece.window.value_or(Window{.offset = 0, .length = opened.size()});
        all += unwrap(opened.read(window.offset, window.length));
    }
    return all;
}

std::string manifest_line(const std::string &name, const std::string &bytes) {
    return "SHA256(" + name + ")= " + checksum(G_CHECKSUM_SHA256, bytes) + "\n";
}

} // namespace

static void reads_lines() {
    const std::string sha1(40, 'a'), sha256(64, '0'), sha512(128, 'f');
    const auto read = [](const std::string &text) {
        std::string all;
        const auto found = unwrap(parse_manifest(text, "x.mf"));
        for (const auto &entry : found.entries)
            all += std::to_string(entry.algorithm) + " " + entry.name + " " + entry.digest.substr(0, 2) + "\n";
        return all + join(test::texts_of(found.notices), "\n");
    };
    assert_equal(read("SHA1(a)= " + sha1), "1 a aa\n");
    assert_equal(read("\xef\xbb\xbfsha-256 ( a b (1)=x.vmdk ) =" + sha256 + "  \r\n\r\n\tSHA512(b)=" + sha512 + "\n"),
                 "2 a b (1)=x.vmdk 00\n3 b ff\n");
    assert_equal(read("SHA1(a)= " + lower(sha1) + "\nSHA1(a)= " + std::string(40, 'A')), "1 a aa\n");
    assert_equal(read("SHA1(a)= " + sha1 + "\nSHA256(a)= " + sha256), "1 a aa\n2 a 00\n");
    assert_equal(
        test::message_of(parse_manifest("SHA1(a\rb)= " + sha1, "x.mf"), H2K_ERROR_SOURCE),
        "“x.mf” names the file “a?b”, whose name holds a control character; programs disagree about where such "
        "a name ends, so it is refused.");
    for (const auto &bad : std::vector<std::string>{"SHA1()= " + sha1, "SHA1 a = " + sha1, "SHA1(a) " + sha1,
                                                    ")SHA1(a= " + sha1, "=", "()="})
        assert_equal(read(bad), "“x.mf” has a line 1 that cannot be read; it is ignored.");
    for (const auto &bad : std::vector<std::string>{"SHA1(a)= " + sha256, "SHA256(a)= " + sha1,
                                                    "SHA1(a)= " + std::string(40, 'g'), std::string{"SHA1(a)="}})
        assert_equal(read(bad), "“x.mf” has no valid checksum in line 1; it is ignored.");
    for (const auto &bad : std::vector<std::string>{"MD4(a)= " + sha1, "SHA224(a)= " + sha1, "(a)= " + sha1})
        assert_equal(read(bad), "“x.mf” has a checksum of an unknown kind in line 1; it is ignored.");
    // As OpenSSL 3 calls them, and what else manifests have.
    assert_equal(read("SHA2-256(a)= " + sha256 + "\nSHA-2-512 (b) = " + sha512 +
                      "\nSHA384(c)= " + std::string(96, 'c') + "\nMD5(d)= " + std::string(32, 'd') +
                      "\nsha2_384(e)=" + std::string(96, 'e')),
                 "2 a 00\n3 b ff\n4 c cc\n0 d dd\n4 e ee\n");
    assert_equal(read("SHA2-1(a)= " + sha1), "“x.mf” has a checksum of an unknown kind in line 1; it is ignored.");
    // As sha256sum and its like write them.
    assert_equal(read(sha256 + "  a b.vmdk\n" + sha1 + " *c(1)= 2\n" + std::string(32, 'D') + "  d\r\n"),
                 "2 a b.vmdk 00\n1 c(1)= 2 aa\n0 d dd\n");
    for (const auto &bad :
         {sha256, sha256 + "  ", sha256 + " a", sha256.substr(1) + "  a", std::string(64, 'g') + "  a"})
        assert_equal(read(bad), "“x.mf” has a line 1 that cannot be read; it is ignored.");
    // A file of another kind has no end of such lines.
    std::string many;
    for (unsigned i = 0; i < 5000; i++)
        many += "x\n";
    g_assert_cmpuint(test::texts_of(unwrap(parse_manifest(many, "x.mf")).notices).size(), ==, 11);
    assert_equal(test::texts_of(unwrap(parse_manifest(many, "x.mf")).notices).back(),
                 "“x.mf” has 5000 lines that were ignored.");
}

static void verifies_at_once() {
    const TestFolder folder;
    make_disk(folder);
    unwrap(write_file(folder / "x.nvram", "nothing"));
    const auto ovf = write_ovf(folder, small());
    const auto disk_line = manifest_line("disk.vmdk", test::content_of(folder / "disk.vmdk"));
    const auto take = [&](const std::string &lines) {
        unwrap(write_file(folder / "x.mf", lines));
        return test::describe_file(ovf);
    };
    const auto good = manifest_line("x.ovf", small().text()) + manifest_line("./x.nvram", "nothing") + disk_line;
    const auto plan = unwrap(take(replace_all(good, "\n", "\r\n")));
    assert_equal(join(test::texts_of(plan.notices), "|"), "");
    g_assert_cmpuint(plan.digests.size(), ==, 1);
    const auto &digest = plan.digests.front();
    assert_equal(digest.name, "disk.vmdk");
    g_assert_true(digest.disk == 0);
    assert_equal(checksum(digest.algorithm, bytes_of(digest)), digest.expected);
    assert_equal(test::message_of(take(manifest_line("x.ovf", "other") + disk_line), H2K_ERROR_SOURCE),
                 "“x.ovf” does not match its checksum in “x.mf”; it is damaged or was changed.");
    assert_equal(test::message_of(take(disk_line + manifest_line("x.nvram", "other")), H2K_ERROR_SOURCE),
                 "“x.nvram” does not match its checksum in “x.mf”; it is damaged or was changed.");
    assert_equal(test::message_of(take(good + manifest_line("disk.vmdk", "other")), H2K_ERROR_SOURCE),
                 "“x.mf” has two different checksums of “disk.vmdk”.");
    assert_equal(test::message_of(take(std::string((1u << 20) + 1, '\n')), H2K_ERROR_SOURCE),
                 "“x.mf” is too long for a manifest.");
}

static void tells_what_is_not_verified() {
    const TestFolder folder;
    make_disk(folder);
    const auto ovf = write_ovf(folder, small());
    unwrap(write_file(folder / "x.cert", "SHA1(x.mf)= 00\n"));
    unwrap(write_file(folder / "other.MF", "nonsense\nMD4(x.ovf)= 00\n" + manifest_line("gone.vmdk", "") +
                                               manifest_line("../../etc/passwd", "") +
                                               manifest_line("/etc/passwd", "") + "SHA256(disk.vmdk)= 1234\n"));
    const auto plan = unwrap(test::describe_file(ovf));
    g_assert_true(plan.digests.empty());
    assert_equal(join(test::texts_of(plan.notices), "\n"),
                 "“x.cert” is a signature of the package; signatures are not verified.\n"
                 "“other.MF” has a line 1 that cannot be read; it is ignored.\n"
                 "“other.MF” has a checksum of an unknown kind in line 2; it is ignored.\n"
                 "“other.MF” has no valid checksum in line 6; it is ignored.\n"
                 "“other.MF” has a checksum of “gone.vmdk”, which is not in the package.\n"
                 "“other.MF” has a checksum of “../../etc/passwd”, which is not in the package.\n"
                 "“other.MF” has a checksum of “/etc/passwd”, which is not in the package.\n"
                 "“other.MF” has no checksum of “disk.vmdk”, so this file is not verified.");
    // The one of its own name counts.
    unwrap(write_file(folder / "X.mf", manifest_line("disk.vmdk", "")));
    g_assert_cmpuint(unwrap(test::describe_file(ovf)).digests.size(), ==, 1);
    // Of two others, none.
    std::filesystem::rename(folder / "X.mf", folder / "third.mf");
    assert_equal(join(test::texts_of(unwrap(test::describe_file(ovf)).notices), "\n"),
                 "“x.cert” is a signature of the package; signatures are not verified.\n"
                 "No manifest in the package belongs to “x.ovf”, so nothing is verified.");
}

static void passes_over_itself() {
    const TestFolder folder;
    make_disk(folder);
    const auto ovf = write_ovf(folder, small());
    unwrap(write_file(folder / "x.mf",
                      manifest_line("x.mf", "") + manifest_line("disk.vmdk", test::content_of(folder / "disk.vmdk"))));
    const auto warning = "“x.mf” has a checksum of itself, which cannot be right; it is ignored.";
    const auto plan = unwrap(test::describe_file(ovf));
    assert_equal(join(test::texts_of(plan.notices), "|"), warning);
    g_assert_cmpuint(plan.digests.size(), ==, 1);
    test::run({"tar", "-C", folder.path(), "-cf", folder / "x.ova", "x.ovf", "x.mf", "disk.vmdk"});
    assert_equal(join(test::texts_of(unwrap(test::describe_file(folder / "x.ova")).notices), "|"), warning);
}

static void verifies_parts_and_the_whole() {
    const TestFolder folder;
    make_disk(folder);
    const auto whole = test::content_of(folder / "disk.vmdk");
    cut(folder, "disk.vmdk", std::to_string(whole.size() / 2 + 1));
    auto one = small();
    one.files = file("f", "disk.vmdk", "ovf:chunkSize=\"" + std::to_string(whole.size() / 2 + 1) + "\"");
    const auto ovf = write_ovf(folder, one);
    const auto part = [&](const std::string &number) {
        const auto name = "disk.vmdk.00000000" + number;
        return manifest_line(name, test::content_of(folder / name));
    };
    const auto digests = [&](const std::string &lines, const std::string &warnings) {
        unwrap(write_file(folder / "x.mf", lines));
        const auto plan = unwrap(test::describe_file(ovf));
        assert_equal(join(test::texts_of(plan.notices), "|"), warnings);
        for (const auto &digest : plan.digests) {
            g_assert_true(digest.disk == 0);
            assert_equal(checksum(digest.algorithm, bytes_of(digest)), digest.expected);
        }
        return plan.digests.size();
    };
    const std::string unsure = "“x.mf” has no checksum of “disk.vmdk”, so this file is not verified.";
    g_assert_cmpuint(digests(part("0") + part("1") + manifest_line("disk.vmdk", whole), ""), ==, 3);
    g_assert_cmpuint(digests(part("0") + part("1"), ""), ==, 2);
    g_assert_cmpuint(digests(manifest_line("disk.vmdk", whole), ""), ==, 1);
    g_assert_cmpuint(digests(part("1"), unsure), ==, 1);
}

/// Each file is read once, however often a manifest spells its name.
static void takes_each_file_once() {
    const TestFolder folder;
    make_disk(folder);
    unwrap(write_file(folder / "x.nvram", "nothing"));
    const auto ovf = write_ovf(folder, small());
    const auto disk = test::content_of(folder / "disk.vmdk");
    std::string lines;
    for (unsigned i = 0; i < 100; i++)
        lines += manifest_line("." + std::string(i, '/') + "/disk.vmdk", disk) +
                 manifest_line("." + std::string(i, '/') + "/x.nvram", "nothing");
    unwrap(write_file(folder / "x.mf", lines + manifest_line("%64isk.vmdk", disk)));
    g_assert_cmpuint(unwrap(test::describe_file(ovf)).digests.size(), ==, 1);
    unwrap(write_file(folder / "x.mf", manifest_line("disk.vmdk", disk) + manifest_line("%64isk.vmdk", "other")));
    assert_equal(test::message_of(test::describe_file(ovf), H2K_ERROR_SOURCE),
                 "“x.mf” has two different checksums of “%64isk.vmdk”.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/ovf-manifest/lines", reads_lines);
    g_test_add_func("/ovf-manifest/verified", verifies_at_once);
    g_test_add_func("/ovf-manifest/unverified", tells_what_is_not_verified);
    g_test_add_func("/ovf-manifest/itself", passes_over_itself);
    g_test_add_func("/ovf-manifest/once", takes_each_file_once);
    g_test_add_func("/ovf-manifest/parts", verifies_parts_and_the_whole);
    return g_test_run();
}
