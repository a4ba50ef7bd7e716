// SPDX-License-Identifier: LGPL-2.1-or-later
// Bombs do not go off, damage is noticed, and a failure leaves nothing behind.
#include "tests/support/packed.h"
#include <sys/mount.h>

using namespace h2k;
using namespace h2k::test;

/// A disk of zeros is honest up to its size; it costs no space.
static void bounds_what_comes_out() {
    const TestFolder folder;
    const auto out = folder / "out";
    constexpr std::uint64_t size = 100 * mebibyte, gibibyte = 1u << 30;
    unwrap(write_file(folder / "zero.raw", ""));
    test::resize(folder / "zero.raw", size);
    const auto stream = [&](const std::string &name, std::uint64_t most) {
        return Fetch{
            .pieces = {{.path = folder / name, .window = {}}}, .members = {}, .name = "zero.raw", .most = most};
    };
    const auto assert_holes = [&](const Fetch &from, std::uint64_t bytes) {
        unwrap(unpack_all({{.from = from, .to = out}}));
        struct stat st{};
        g_assert_cmpint(stat(out.c_str(), &st), ==, 0);
        g_assert_cmpuint(static_cast<std::uint64_t>(st.st_size), ==, bytes);
        g_assert_cmpint(st.st_blocks, <, 100);
        unlink(out.c_str());
    };
    for (const auto &[tool, suffix] : tools) {
        const auto name = "zero.raw" + std::string{suffix};
        test::run({tool, "-q", "-1", "-k", folder / "zero.raw"});
        assert_holes(stream(name, size), size);
        assert_equal(refusal(stream(name, size - 1), out), too_large("zero.raw", size - 1));
        assert_equal(refusal(stream(name, 5 * mebibyte), out), too_large("zero.raw", 5 * mebibyte));
    }
    // One GiB, as many streams one after the other.
    test::run({"sh", "-c",
               "cd \"$1\"; head -c 16M /dev/zero | gzip > 16.gz; "
               "for i in $(seq 64); do cat 16.gz; done > big.gz",
               "sh", folder.path()});
    assert_holes(stream("big.gz", gibibyte), gibibyte);
    assert_equal(refusal(stream("big.gz", gibibyte - 1), out), too_large("zero.raw", gibibyte - 1));
    // An archive declares its size.
    test::run({"tar", "-C", folder.path(), "-czf", folder / "x.tgz", "zero.raw"});
    auto from = stream("x.tgz", size);
    from.members = {"zero.raw"};
    assert_holes(from, size);
    from.most = size - 1;
    assert_equal(refusal(from, out), too_large("zero.raw", size - 1));
}

/// One pattern over and over takes space; more than 1100 times its packed size is no disk.
static void refuses_bombs() {
    const TestFolder folder;
    const auto out = folder / "out";
    const auto bomb = [&](const std::string &name, const std::string &command) {
        test::run({"sh", "-c", "cd \"$1\"; head -c 100M /dev/zero | tr '\\0' x | " + command, "sh", folder.path()});
        return Fetch{.pieces = {{.path = folder / name, .window = {}}},
                     .members = {},
                     .name = "disk.raw",
                     .most = std::uint64_t{1} << 40};
    };
    for (const auto &[name, command] :
         {std::pair{"b.bz2", "bzip2 > b.bz2"}, {"b.zst", "zstd -q > b.zst"}, {"b.xz", "xz -1 > b.xz"}})
        assert_equal(refusal(bomb(name, command), out),
                     "“" + std::string{name} +
                         "” unpacks to so much more data than it holds that it is refused as a decompression bomb.");
    // gzip cannot do it, twice gzip could.
    unwrap(unpack_all({{.from = bomb("b.gz", "gzip > b.gz"), .to = out}}));
    unlink(out.c_str());
    assert_equal(refusal(bomb("c.gz", "gzip | gzip > c.gz"), out),
                 "“c.gz” is compressed more than once; unpack it first.");
    auto nested = bomb("n.tgz", "gzip | gzip > n.gz; mv n.gz n.raw.gz; tar -czf n.tgz n.raw.gz");
    nested.members = {"n.raw.gz"};
    assert_equal(refusal(nested, out), "“n.raw.gz” is compressed more than once; unpack it first.");
    nested = bomb("m.txz", "bzip2 > m.raw.bz2; tar -cJf m.txz m.raw.bz2");
    nested.members = {"m.raw.bz2"};
    assert_equal(refusal(nested, out),
                 "“m.txz” unpacks to so much more data than it holds that it is refused as a decompression bomb.");
}

static void refuses_hostile_members() {
    const Packed packed;
    const auto out = packed.folder / "out";
    const std::pair<const char *, const char *> cases[] = {
        {"[member('a.raw', b'x'), member('./a.raw', b'y')]", "“x.tgz” holds “a.raw” more than once."},
        {"[member('a.raw', b'x'), member('A.RAW', b'y')]",
         "“x.tgz” holds “A.RAW” more than once, in upper and lower case."},
        {"[member('a.raw', type=tarfile.SYMTYPE, linkname='/etc/shadow')]",
         "“x.tgz” holds the link “a.raw”; only files are taken from an archive."},
        {"[member('b'), member('a.raw', type=tarfile.LNKTYPE, linkname='b')]",
         "“x.tgz” holds the link “a.raw”; only files are taken from an archive."},
        {"[member('a.raw', type=tarfile.BLKTYPE)]",
         "“x.tgz” holds the special file “a.raw”; only files are taken from an archive."},
        {"[member('a.raw', b'x'), member('../b', b'y')]", "“x.tgz” holds “../b”, which points outside the archive."},
        {"[member('b.raw', b'x')]", "“x.tgz” holds no file “a.raw”."},
        {"[member('a.raw/', type=tarfile.DIRTYPE)]", "“x.tgz” holds no file “a.raw”."},
        {"[member('a.raw', b'x')] + [member(str(i)) for i in range(4096)]",
         "“x.tgz” holds more than 4096 members, the limit for an archive."},
    };
    for (const auto &[members, sentence] : cases) {
        python("write(sys.argv[1], " + std::string{members} + ", 'w:gz')", {packed.folder / "x.tgz"});
        assert_equal(refusal(packed.fetch("x.tgz", {"a.raw"}), out), sentence);
    }
    python("write(sys.argv[1], [member('a.raw', bytes((8 << 20) + 1))], 'w:gz')", {packed.folder / "x.tgz"});
    assert_equal(refusal(packed.fetch("x.tgz", {"a.raw"}), out), too_large("a.raw", 8 * mebibyte));
    packed.tar("x.tgz", {"-z", "a.raw"});
    const auto fetch = packed.fetch("x.tgz", {"a.raw"});
    assert_equal(
        test::message_of(unpack_all({{.from = fetch, .to = out}, {.from = fetch, .to = out + "2"}}), H2K_ERROR_SOURCE),
        "“a.raw” is used for two disks.");
    unwrap(write_file(out, "mine"));
    std::vector<Digest> none;
    assert_equal(test::message_of(unpack({{.from = fetch, .to = out}}, none, {}, nullptr), H2K_ERROR_TARGET),
                 "“" + out + "” already exists and is not overwritten.");
    assert_equal(test::content_of(out), "mine");
}

/// libarchive would look for the next header in zeros without end, and nobody could stop it.
static void does_not_search_for_ever() {
    const Packed packed;
    const auto out = packed.folder / "out";
    const auto zeros = [&](const std::string &name, const std::string &write) {
        python(R"(import bz2
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as file:
    file.writestr("b.raw", bytes(1 << 20))
local = data.getvalue()[:data.getvalue().rindex(b"PK\1\2")] + bytes(100 << 20)
)" + write,
               {packed.folder / name});
    };
    zeros("x.zip.bz2", "open(sys.argv[1], 'wb').write(bz2.compress(local))");
    const std::string refused = "” is damaged: the header of a member is missing.";
    assert_equal(refusal(packed.fetch("x.zip.bz2", {"a.raw"}), out), "“x.zip.bz2" + refused);
    zeros("y.zip", "with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_BZIP2) as file:\n"
                   "    file.writestr('inner.zip', local)");
    assert_equal(refusal(packed.fetch("y.zip", {"inner.zip", "a.raw"}), out), "“inner.zip" + refused);
}

/// Half a file, and a file with one byte changed, in all that can be checked.
static void notices_damage() {
    const Packed packed;
    const auto out = packed.folder / "out";
    const auto of = [&](const std::string &archive, std::vector<std::string> members) {
        auto fetch = packed.fetch(archive, std::move(members));
        fetch.most = 128 * mebibyte; // bzip2 can make much of a byte that is wrong before it compares
        return fetch;
    };
    const auto damaged = [](const std::string &said) {
        if (!said.contains("is damaged or cannot be unpacked: ") && !said.contains("compressed data ends too early"))
            assert_equal(said, "damaged");
    };
    for (const auto &[tool, suffix] : tools) {
        const auto name = "a.raw" + std::string{suffix};
        test::run({tool, "-q", "-k", packed.folder / "a.raw"});
        const auto good = test::content_of(packed.folder / name);
        for (const auto size : {good.size() / 2, good.size() - 20}) {
            unwrap(write_file(packed.folder / name, good.substr(0, size)));
            damaged(refusal(of(name, {}), out));
        }
        auto bad = good;
        bad[bad.size() / 2] ^= 0x10;
        unwrap(write_file(packed.folder / name, bad));
        damaged(refusal(of(name, {}), out));
    }
    packed.tar("x.tgz", {"-z", "a.raw", "b.raw"});
    test::resize(packed.folder / "x.tgz", std::filesystem::file_size(packed.folder / "x.tgz") * 3 / 4);
    damaged(refusal(of("x.tgz", {"a.raw"}), out));
    python(R"(with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as file:
    file.write(sys.argv[2], "a.raw"))",
           {packed.folder / "x.zip", packed.folder / "a.raw"});
    test::patch(packed.folder / "x.zip", 100000, "!!");
    damaged(refusal(of("x.zip", {"a.raw"}), out));
}

/// What is not wanted costs no more than what is stored explains either.
static void passes_no_bomb() {
    const Packed packed;
    test::run(
        {"sh", "-c",
         "cd \"$1\"; truncate -s 7G big; { tar -cf - big | head -c 512; head -c 67108352 /dev/zero; } | bzip2 > x.tbz; "
         "rm big; head -c 67108864 /dev/zero | bzip2 > z; i=0; while [ $i -lt 110 ]; do cat z; i=$((i + 1)); done >> "
         "x.tbz",
         "sh", packed.folder.path()});
    const std::vector<Unpacking> orders{{.from = packed.fetch("x.tbz", {"wanted.raw"}), .to = packed.folder / "out"}};
    assert_equal(test::message_of(unpack_all(orders), H2K_ERROR_SOURCE),
                 "“x.tbz” unpacks to so much more data than it holds that it is refused as a decompression bomb.");
}

static void leaves_nothing_when_cancelled() {
    const Packed packed;
    packed.tar("x.txz", {"-J", "a.raw", "b.raw"});
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    std::vector<Digest> none;
    const std::vector<Unpacking> orders{{.from = packed.fetch("x.txz", {"a.raw"}), .to = packed.folder / "out1"},
                                        {.from = packed.fetch("x.txz", {"b.raw"}), .to = packed.folder / "out2"}};
    test::message_of(
        unpack(orders, none, [&](double) { g_cancellable_cancel(cancel.get()); }, cancel.get()), H2K_ERROR_CANCELLED);
    g_assert_false(path_exists(packed.folder / "out1") || path_exists(packed.folder / "out2"));
}

static void says_that_the_host_is_full() {
    const Packed packed;
    const auto small = packed.folder / "small";
    unwrap(make_folder(small, 0700));
    if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=200k") != 0) {
        g_test_skip_printf("cannot mount a small file system here: %s", g_strerror(errno));
        return;
    }
    test::run({"gzip", "-k", packed.folder / "a.raw"});
    packed.tar("x.tgz", {"-z", "a.raw"});
    const auto said = "“" + small + "” has too little free space to unpack a disk and leave " + size_for_people(10240) +
                      " to other programs; free some space, or use another folder.";
    for (const auto &fetch : {packed.fetch("a.raw.gz", {}), packed.fetch("x.tgz", {"a.raw"})})
        assert_equal(test::message_of(unpack_all({{.from = fetch, .to = small + "/out"}}), H2K_ERROR_TARGET), said);
    // What is written is watched: a part is left to others.
    std::uint64_t least = G_MAXUINT64;
    std::vector<Digest> none;
    test::message_of(unpack(
                         {{.from = packed.fetch("x.tgz", {"a.raw"}), .to = small + "/out"}}, none,
                         [&](double) { least = std::min(least, unwrap(free_bytes(small))); }, nullptr),
                     H2K_ERROR_TARGET);
    g_assert_cmpuint(least, >=, 10240);
    g_assert_cmpuint(unwrap(free_bytes(small)), >, 150u << 10); // and what was written is removed
    // The space that an image in a disk format takes is known before it is written.
    test::run({"sh", "-c", "cd \"$1\"; { printf 'KDMV'; cat a.raw; } > d.vmdk; tar -czf x.tgz d.vmdk", "sh",
               packed.folder.path()});
    auto fetch = packed.fetch("x.tgz", {"d.vmdk"});
    fetch.most *= 2;
    assert_equal(test::message_of(unpack_all({{.from = fetch, .to = small + "/out"}}), H2K_ERROR_TARGET), said);
    umount(small.c_str());
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/unpack-hostile/search", does_not_search_for_ever);
    g_test_add_func("/unpack-hostile/bounds", bounds_what_comes_out);
    g_test_add_func("/unpack-hostile/bombs", refuses_bombs);
    g_test_add_func("/unpack-hostile/passed", passes_no_bomb);
    g_test_add_func("/unpack-hostile/hostile", refuses_hostile_members);
    g_test_add_func("/unpack-hostile/damage", notices_damage);
    g_test_add_func("/unpack-hostile/cancel", leaves_nothing_when_cancelled);
    g_test_add_func("/unpack-hostile/full", says_that_the_host_is_full);
    return g_test_run();
}
