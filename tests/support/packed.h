// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/fetch/unpack.h"
#include "tests/support/archives.h"
#include <sys/stat.h>

namespace h2k::test {

constexpr std::uint64_t mebibyte = 1u << 20;

/// A folder with two disks of 8 MiB: noise, a long hole, and noise of an odd length at the end.
class Packed {
  public:
    Packed() {
        for (const auto *name : {"a.raw", "b.raw"}) {
            test::run({"dd", "if=/dev/urandom", "of=" + (folder / name), "bs=300000", "count=1", "status=none"});
            test::resize(folder / name, 8 * mebibyte);
            test::run({"dd", "if=/dev/urandom", "of=" + (folder / name), "bs=1001", "count=9", "seek=7000",
                       "conv=notrunc", "status=none"});
        }
    }
    std::string tar(const std::string &archive, std::vector<std::string> more) const {
        more.insert(more.begin(), {"tar", "-C", folder.path(), "-cf", folder / archive});
        test::run(more);
        return folder / archive;
    }
    Fetch fetch(const std::string &archive, std::vector<std::string> members) const {
        auto name = members.empty() ? archive : members.back();
        return {.pieces = {{.path = folder / archive, .window = {}}},
                .members = std::move(members),
                .name = std::move(name),
                .most = 8 * mebibyte};
    }
    Digest digest(const std::string &of, Fetch from) const {
        return {.name = of,
                .algorithm = G_CHECKSUM_SHA256,
                .expected = test::run({"sha256sum", folder / of}).substr(0, 64),
                .from = std::move(from)};
    }
    const TestFolder folder;
};

inline Result<> unpack_all(const std::vector<Unpacking> &orders, std::vector<Digest> digests = {}) {
    auto result = unpack(orders, digests, {}, nullptr);
    if (!result)
        for (const auto &order : orders)
            g_assert_false(path_exists(order.to));
    return result;
}

/// The sentence of a failure after which nothing is left.
inline std::string refusal(const Fetch &from, const std::string &to, std::vector<Digest> digests = {}) {
    return test::message_of(unpack_all({{.from = from, .to = to}}, std::move(digests)), H2K_ERROR_SOURCE);
}

inline std::string too_large(const std::string &name, std::uint64_t most) {
    return "“" + name + "” is larger than its limit of " + size_for_people(most) + ".";
}

inline void assert_same(const std::string &found, const std::string &original) {
    test::run({"cmp", found, original});
    struct stat st{};
    g_assert_cmpint(stat(found.c_str(), &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    g_assert_cmpint(st.st_blocks * 512, <, 2 * static_cast<gssize>(mebibyte)); // holes stay holes
    unlink(found.c_str());
}

inline void assert_unpacks(const Packed &packed, const Fetch &from, const std::string &original = "a.raw") {
    unwrap(unpack_all({{.from = from, .to = packed.folder / "out"}}));
    assert_same(packed.folder / "out", packed.folder / original);
}

inline std::uint64_t bytes_read() {
    const auto text = test::content_of("/proc/self/io");
    return g_ascii_strtoull(text.c_str() + std::string_view{"rchar: "}.size(), nullptr, 10);
}

constexpr std::pair<const char *, const char *> tools[] = {
    {"gzip", ".gz"}, {"xz", ".xz"}, {"zstd", ".zst"}, {"bzip2", ".bz2"}};

} // namespace h2k::test
