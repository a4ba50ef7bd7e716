// SPDX-License-Identifier: LGPL-2.1-or-later
// Images of few bytes that would be disks of many: tables that refer to the same data again, and compressed data.
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/format/claims.h"
#include "convert/format/limits.h"
#include "tests/support/source_images.h"

using namespace h2k;
using test::assert_refused;
using test::content_of;
using test::describe_file;
using test::make_qcow2;
using test::patch;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr auto clusters = "“d.qcow2” is a damaged qcow2 image: its clusters overlap.";
constexpr auto tables = "“d.qcow2” is a damaged qcow2 image: its tables overlap.";
constexpr auto grains = "“disk.vmdk” is a damaged VMDK: its grains overlap.";

std::string big(std::uint64_t value) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>(value >> shift);
    return bytes;
}

/// Places in a qcow2 image.
struct Places {
    std::uint64_t l1, l2, first; ///< both tables, and the first entry of the second
};

Places places_of(const std::string &path) {
    const auto content = content_of(path);
    const auto at = [&](std::uint64_t offset) { return big_endian<std::uint64_t>(content, offset); };
    constexpr std::uint64_t offset_bits = 0x00fffffffffffe00;
    const auto l1 = at(40), l2 = at(l1) & offset_bits;
    return {.l1 = l1, .l2 = l2, .first = at(l2)};
}

/// Packs the content of the qcow2 image @path.
std::string compressed(const TestFolder &folder, const std::string &path, const std::string &format,
                       const std::string &options, const std::string &name) {
    test::run({"qemu-img", "convert", "-c", "-f", "qcow2", "-O", format, "-o", options, path, folder / name});
    return folder / name;
}

} // namespace

static void claims_are_kept() {
    Claims claims{200000};
    g_assert_true(claims.claim(0) && claims.claim(65535) && claims.claim(65536, 3) && claims.claim(199999));
    g_assert_false(claims.claim(65535));
    g_assert_false(claims.claim(65530, 10));
    g_assert_false(claims.claim(1u << 30));
}

static void refuses_clusters_twice() {
    const TestFolder folder;
    for (const auto *options : {"compat=1.1", "compat=0.10", "compat=1.1,extended_l2=on"}) {
        const auto path = make_qcow2(folder, options);
        const auto good = content_of(path);
        const auto [l1, l2, first] = places_of(path);
        const auto entry = std::string_view{options}.ends_with("on") ? 16 : 8;
        // Another cluster, the header and the tables themselves.
        for (const auto offset : {first, l1 | std::uint64_t{1} << 63, l2 | std::uint64_t{1} << 63}) {
            unwrap(write_file(path, good));
            patch(path, static_cast<off_t>(l2) + entry, big(offset));
            assert_refused(path, clusters);
        }
        unwrap(write_file(path, good));
        patch(path, static_cast<off_t>(l2) + entry, big(first + 512));
        assert_refused(path, "“d.qcow2” is a damaged qcow2 image: a cluster is at an invalid position.");
    }
    // Clusters of zeros may have kept theirs.
    const auto path = make_qcow2(folder, "compat=1.1");
    patch(path, static_cast<off_t>(places_of(path).l2) + 8, big(places_of(path).first | 1));
    unwrap(describe_file(path));
}

static void refuses_tables_twice() {
    const TestFolder folder;
    const auto path = folder / "d.qcow2";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", path, "2G"});
    test::run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 1 0 1M", "-c", "write -q -P 1 1G 1M", path});
    unwrap(describe_file(path));
    const auto [l1, l2, first] = places_of(path);
    patch(path, static_cast<off_t>(l1) + 8, big(l2 | std::uint64_t{1} << 63));
    assert_refused(path, tables);
    patch(path, static_cast<off_t>(l1) + 8, big(first));
    assert_refused(path, tables);
}

static void refuses_compressed_clusters_twice() {
    const TestFolder folder;
    const auto path =
        compressed(folder, make_qcow2(folder, "compat=1.1", "plain.qcow2"), "qcow2", "compat=1.1", "d.qcow2");
    unwrap(describe_file(path));
    const auto [l1, l2, first] = places_of(path);
    patch(path, static_cast<off_t>(l2) + 8, big(first));
    assert_refused(path, clusters);
}

static void refuses_grains_twice() {
    const TestFolder folder;
    for (const auto *type : {"monolithicSparse", "streamOptimized"}) {
        const auto path = test::make_vmdk(folder, type, 8u << 20);
        const auto content = content_of(path);
        const auto word = [&](std::uint64_t at) { return std::uint64_t{little_endian<std::uint32_t>(content, at)}; };
        const auto table = word(word(56) * sector_size) * sector_size;
        unwrap(describe_file(path));
        patch(path, static_cast<off_t>(table) + 4, content.substr(table, 4));
        assert_refused(path, grains);
    }
}

static void refuses_extents_twice() {
    const TestFolder folder;
    for (const auto *type : {"monolithicFlat", "twoGbMaxExtentSparse"}) {
        const auto path = test::make_vmdk(folder, type, 8u << 20);
        auto text = content_of(path);
        unwrap(describe_file(path));
        const auto line = text.find("RW "), end = text.find('\n', line) + 1;
        unwrap(write_file(path, text.insert(line, text.substr(line, end - line))));
        assert_refused(path, "“disk.vmdk” is a damaged VMDK: its extents overlap.");
    }
}

/// A small file of one pattern.
static void bounds_compressed_data() {
    const TestFolder folder;
    const auto plain = folder / "plain.qcow2";
    test::run({"qemu-img", "create", "-q", "-f", "qcow2", plain, "100M"});
    test::run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 7 0 100M", plain});
    for (const auto &[format, options, name] :
         {std::array{"qcow2", "compat=1.1", "d.qcow2"}, std::array{"vmdk", "subformat=streamOptimized", "d.vmdk"}}) {
        const auto path = compressed(folder, plain, format, options, name);
        const auto disk = unwrap(describe_file(path)).source.disks[0];
        g_assert_cmpuint(disk.compressed.unpacked, ==, 100u << 20);
        g_assert_cmpuint(disk.compressed.stored, ==, std::filesystem::file_size(path));
        const auto stored = size_for_people(std::filesystem::file_size(path));
        test::assert_equal(test::message_of(describe({.sources = {path}, .max_expansion = 2}), H2K_ERROR_SOURCE),
                           std::string{"“"} + name + "” holds " + size_for_people(100u << 20) +
                               " of compressed data in " + stored +
                               ", more than the disk of a system can have; use --max-expansion to accept it.");
    }
    g_assert_cmpuint(unwrap(describe_file(plain)).source.disks[0].compressed.unpacked, ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/expansion/claims", claims_are_kept);
    g_test_add_func("/expansion/clusters", refuses_clusters_twice);
    g_test_add_func("/expansion/tables", refuses_tables_twice);
    g_test_add_func("/expansion/compressed-clusters", refuses_compressed_clusters_twice);
    g_test_add_func("/expansion/grains", refuses_grains_twice);
    g_test_add_func("/expansion/extents", refuses_extents_twice);
    g_test_add_func("/expansion/ratio", bounds_compressed_data);
    return g_test_run();
}
