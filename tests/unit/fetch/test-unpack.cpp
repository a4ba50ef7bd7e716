// SPDX-License-Identifier: LGPL-2.1-or-later
// What is packed comes out as it went in, and is verified on the way.
#include "tests/support/packed.h"
#include <algorithm>

using namespace h2k;
using namespace h2k::test;

static void unpacks_streams() {
    const Packed packed;
    for (const auto &[tool, suffix] : tools) {
        test::run({tool, "-q", "-k", packed.folder / "a.raw"});
        const auto name = "a.raw" + std::string{suffix};
        assert_unpacks(packed, packed.fetch(name, {}));
        // In chunks, as OVF cuts a file, and as a part of something larger.
        const auto content = test::content_of(packed.folder / name);
        const auto third = content.size() / 3;
        unwrap(write_file(packed.folder / "0", content.substr(0, third)));
        unwrap(write_file(packed.folder / "1", "xx" + content.substr(third, third) + "yyy"));
        unwrap(write_file(packed.folder / "2", content.substr(2 * third)));
        assert_unpacks(packed, {.pieces = {{.path = packed.folder / "0", .window = {}},
                                           {.path = packed.folder / "1", .window = {{.offset = 2, .length = third}}},
                                           {.path = packed.folder / "2", .window = {}}},
                                .members = {},
                                .name = "a.raw",
                                .most = 8 * mebibyte});
    }
    assert_unpacks(packed, packed.fetch("a.raw", {})); // chunks need not be compressed
    // gzip and xz allow one stream after the other.
    test::run({"sh", "-c", "cd \"$1\"; head -c 1000000 a.raw | gzip > m.gz; tail -c +1000001 a.raw | gzip >> m.gz",
               "sh", packed.folder.path()});
    assert_unpacks(packed, packed.fetch("m.gz", {}));
}

static void unpacks_members_in_one_pass() {
    const Packed packed;
    for (const auto *option : {"-z", "-J", "--zstd", "-j", "-v", "-S"}) {
        const auto path = packed.tar("x.tar", {option, "--format=gnu", "a.raw", "./b.raw"});
        const auto size = std::filesystem::file_size(path);
        std::vector<double> fractions;
        std::vector<Digest> digests{packed.digest("b.raw", packed.fetch("x.tar", {"b.raw"})),
                                    packed.digest("a.raw", packed.fetch("x.tar", {"a.raw"})),
                                    packed.digest("x.tar", packed.fetch("x.tar", {})),
                                    packed.digest("a.raw", packed.fetch("a.raw", {}))};
        const auto before = bytes_read();
        unwrap(unpack(
            {{.from = packed.fetch("x.tar", {"a.raw"}), .to = packed.folder / "out1"},
             {.from = packed.fetch("x.tar", {"b.raw"}), .to = packed.folder / "out2"}},
            digests, [&](double fraction) { fractions.push_back(fraction); }, nullptr));
        // What the program reads of its own is small beside a second pass.
        g_assert_cmpuint(bytes_read() - before, <, size + size / 2);
        assert_same(packed.folder / "out1", packed.folder / "a.raw");
        assert_same(packed.folder / "out2", packed.folder / "b.raw");
        g_assert_true(std::ranges::is_sorted(fractions) && fractions.front() >= 0 && fractions.back() == 1);
        // What is of other files stays to be verified.
        g_assert_cmpuint(digests.size(), ==, 1);
        assert_equal(digests.front().from.pieces.front().path, packed.folder / "a.raw");
    }
}

static void unpacks_zip() {
    const Packed packed;
    for (const auto *how : {"ZIP_STORED", "ZIP_DEFLATED", "ZIP_BZIP2", "ZIP_LZMA"}) {
        python(R"(with zipfile.ZipFile(sys.argv[1], "w", getattr(zipfile, sys.argv[2])) as file:
    file.write(sys.argv[3] + "/a.raw", "d/a.raw")
    with file.open("b.raw", "w", force_zip64=True) as out:
        out.write(open(sys.argv[3] + "/b.raw", "rb").read()))",
               {packed.folder / "x.zip", how, packed.folder.path()});
        std::vector<Digest> digests{packed.digest("x.zip", packed.fetch("x.zip", {})),
                                    packed.digest("b.raw", packed.fetch("x.zip", {"b.raw"}))};
        assert_unpacks(packed, packed.fetch("x.zip", {"d/a.raw"}));
        unwrap(unpack({{.from = packed.fetch("x.zip", {"b.raw"}), .to = packed.folder / "out"}}, digests, {}, nullptr));
        g_assert_cmpuint(digests.size(), ==, 0);
        assert_same(packed.folder / "out", packed.folder / "b.raw");
    }
}

static void unpacks_archives_in_archives() {
    const Packed packed;
    packed.tar("i.tgz", {"-z", "a.raw", "b.raw"});
    packed.tar("i.tar", {"-S", "a.raw", "b.raw"});
    python(R"(with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[2] + "/a.raw", "a.raw")
    file.write(sys.argv[2] + "/b.raw", "b.raw"))",
           {packed.folder / "i.zip", packed.folder.path()});
    packed.tar("o.tar.xz", {"-J", "i.tgz", "i.tar", "i.zip"});
    python(R"(with zipfile.ZipFile(sys.argv[1], "w") as file:
    for name in "i.tgz", "i.tar", "i.zip":
        file.write(sys.argv[2] + "/" + name, name))",
           {packed.folder / "o.zip", packed.folder.path()});
    for (const auto *outer : {"o.tar.xz", "o.zip"}) {
        for (const auto *inner : {"i.tgz", "i.tar", "i.zip"}) {
            assert_unpacks(packed, packed.fetch(outer, {inner, "a.raw"}));
            assert_unpacks(packed, packed.fetch(outer, {inner, "b.raw"}), "b.raw");
            assert_equal(refusal(packed.fetch(outer, {inner, "c.raw"}), packed.folder / "out"),
                         "“" + std::string{outer} + "” holds no file “c.raw”.");
        }
        // All of them in one pass, with the checksums of the archive in the middle and of what is in it.
        std::vector<Digest> digests{packed.digest("i.tgz", packed.fetch(outer, {"i.tgz"})),
                                    packed.digest("b.raw", packed.fetch(outer, {"i.tgz", "b.raw"})),
                                    packed.digest("i.zip", packed.fetch(outer, {"i.zip"}))};
        unwrap(unpack({{.from = packed.fetch(outer, {"i.tgz", "a.raw"}), .to = packed.folder / "out1"},
                       {.from = packed.fetch(outer, {"i.tar", "a.raw"}), .to = packed.folder / "out2"},
                       {.from = packed.fetch(outer, {"i.zip", "b.raw"}), .to = packed.folder / "out3"}},
                      digests, {}, nullptr));
        g_assert_cmpuint(digests.size(), ==, 0);
        assert_same(packed.folder / "out1", packed.folder / "a.raw");
        assert_same(packed.folder / "out2", packed.folder / "a.raw");
        assert_same(packed.folder / "out3", packed.folder / "b.raw");
    }
}

/// OVF's compression="gzip" of a file that is in an archive: the manifest is of the compressed bytes.
static void unpacks_compressed_members() {
    const Packed packed;
    for (const auto &[tool, suffix] : tools) {
        const auto name = "a.raw" + std::string{suffix};
        test::run({tool, "-q", "-k", packed.folder / "a.raw"});
        packed.tar("x.tar.gz", {"-z", name});
        std::vector<Digest> digests{packed.digest(name, packed.fetch("x.tar.gz", {name}))};
        unwrap(unpack({{.from = packed.fetch("x.tar.gz", {name}), .to = packed.folder / "out"}}, digests, {}, nullptr));
        g_assert_cmpuint(digests.size(), ==, 0);
        assert_same(packed.folder / "out", packed.folder / "a.raw");
        // Not in an archive: the same bytes are the stream and what the manifest is of.
        digests.push_back(packed.digest(name, packed.fetch(name, {})));
        unwrap(unpack({{.from = packed.fetch(name, {}), .to = packed.folder / "out"}}, digests, {}, nullptr));
        g_assert_cmpuint(digests.size(), ==, 0);
        assert_same(packed.folder / "out", packed.folder / "a.raw");
    }
}

static void verifies_digests() {
    const Packed packed;
    packed.tar("x.tgz", {"-z", "a.raw", "b.raw"});
    auto wrong = packed.digest("a.raw", packed.fetch("x.tgz", {"b.raw"}));
    const auto said =
        "The checksum of “a.raw” differs from the one in its manifest: the file is damaged or was changed.";
    const auto fetch = packed.fetch("x.tgz", {"a.raw"});
    // Also of a member that is not unpacked.
    assert_equal(refusal(fetch, packed.folder / "out", {wrong}), said);
    wrong.from = packed.fetch("x.tgz", {});
    assert_equal(refusal(fetch, packed.folder / "out", {wrong}), said);
    wrong.from.members = {"c.raw"};
    assert_equal(refusal(fetch, packed.folder / "out", {wrong}), "“x.tgz” holds no file “c.raw”.");
    // In place.
    for (const auto &[algorithm, tool] :
         {std::pair{G_CHECKSUM_SHA1, "sha1sum"}, {G_CHECKSUM_SHA256, "sha256sum"}, {G_CHECKSUM_SHA512, "sha512sum"}}) {
        const auto sum = words(test::run({tool, packed.folder / "a.raw"})).front();
        std::vector<double> fractions;
        const auto path = packed.folder / "a.raw";
        const std::vector<Piece> pieces{
            {.path = path, .window = {{.offset = 0, .length = 3000001}}},
            {.path = path, .window = {{.offset = 3000001, .length = 8 * mebibyte - 3000001}}}};
        assert_equal(unwrap(digest_of(pieces, algorithm, [&](double f) { fractions.push_back(f); }, nullptr)), sum);
        g_assert_true(std::ranges::is_sorted(fractions) && fractions.size() >= 8 && fractions.back() == 1);
        Digest promised{.name = "a.raw", .algorithm = algorithm, .expected = sum, .from = {}};
        unwrap(require_digest(promised, sum));
        promised.expected.back() ^= 1;
        assert_equal(test::message_of(require_digest(promised, sum), H2K_ERROR_SOURCE), said);
    }
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    g_cancellable_cancel(cancel.get());
    test::message_of(digest_of(fetch.pieces, G_CHECKSUM_SHA1, {}, cancel.get()), H2K_ERROR_CANCELLED);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/unpack/streams", unpacks_streams);
    g_test_add_func("/unpack/members", unpacks_members_in_one_pass);
    g_test_add_func("/unpack/zip", unpacks_zip);
    g_test_add_func("/unpack/nested", unpacks_archives_in_archives);
    g_test_add_func("/unpack/compressed-members", unpacks_compressed_members);
    g_test_add_func("/unpack/digests", verifies_digests);
    return g_test_run();
}
