// SPDX-License-Identifier: LGPL-2.1-or-later
// Disks behind a real NBD server: what is read, written and discarded, in cache and image.
#include "convert/direct/disk/cached_disk.h"
#include "tests/support/served_bytes.h"
#include <cstring>
#include <sys/stat.h>

using namespace h2k;
using test::ServedBytes;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr std::size_t block = CachedDisk::block_bytes, piece = CachedDisk::piece_bytes;

/// Bytes that differ from each other and from those of another @seed.
std::string noise(std::size_t size, std::uint32_t seed) {
    std::string bytes(size, '\0');
    for (auto &c : bytes) {
        seed = seed * 1664525 + 1013904223;
        c = static_cast<char>(seed >> 24);
    }
    return bytes;
}

std::string make_image(const TestFolder &folder, const std::string &content) {
    const auto path = folder / "raw";
    unwrap(write_file(path, content));
    return path;
}

std::string content_of(const std::string &path) { return unwrap(read_file(path, 256u << 20)); }

std::string read(Bytes &bytes, std::uint64_t offset, std::size_t length) {
    std::string back(length, '?');
    unwrap(bytes.read(offset, back));
    return back;
}

void same(std::string_view a, std::string_view b, const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (a != b)
        g_assertion_message(G_LOG_DOMAIN, file, line, "", "the bytes differ");
}

std::int64_t allocated(const std::string &path) {
    struct stat st{};
    g_assert_cmpint(stat(path.c_str(), &st), ==, 0);
    return st.st_blocks * 512;
}

/// The last block is a part of one, and so is its last piece.
void reads_to_the_end() {
    const TestFolder folder;
    const auto content = noise(5 * block + 3 * piece + 1536, 1);
    ServedBytes served{make_image(folder, content)};
    auto &disk = served.bytes();
    g_assert_cmpuint(disk.size(), ==, content.size());
    same(read(disk, 0, content.size()), content);
    same(read(disk, content.size() - 7, 7), content.substr(content.size() - 7));
    same(read(disk, block - 1, 2), content.substr(block - 1, 2));
    same(read(disk, content.size(), 0), "");
    std::string to(8, '?');
    test::message_of(disk.read(content.size() - 7, to), H2K_ERROR_SOURCE);
    test::message_of(disk.read(UINT64_MAX - 3, to), H2K_ERROR_SOURCE);
    test::message_of(disk.write(content.size() - 7, to), H2K_ERROR_SOURCE);
    test::message_of(disk.discard(content.size() - 7, 8), H2K_ERROR_SOURCE);
}

void writes_on_flush() {
    const TestFolder folder;
    auto content = noise(3 * block + 512, 2);
    const auto path = make_image(folder, content);
    ServedBytes served{path};
    auto &disk = served.bytes();
    const auto put = [&](std::size_t at, const std::string &bytes) {
        unwrap(disk.write(at, bytes));
        content.replace(at, bytes.size(), bytes);
    };
    const auto before = content;
    put(5, "few");
    put(block - 100, noise(200, 3));        // over a boundary
    put(2 * block, noise(block, 4));        // a whole block, which is not read before
    put(content.size() - 10, noise(10, 5)); // at the very end
    same(content_of(path), before);
    same(read(disk, 0, content.size()), content);
    unwrap(disk.flush());
    same(content_of(path), content);
    put(1000, "again");
    unwrap(disk.flush());
    served.finish();
    same(content_of(path), content);
}

/// What was not written is not overwritten, even if another one changed it meanwhile.
void writes_only_pieces() {
    const TestFolder folder;
    const auto path = make_image(folder, std::string(block, 'a'));
    ServedBytes served{path};
    unwrap(served.bytes().write(2 * piece + 10, "new"));
    unwrap(served.bytes().write(9 * piece - 1, "xx"));
    const auto other = std::string(block, 'b');
    const Descriptor image{open(path.c_str(), O_WRONLY)};
    g_assert_cmpint(write_all(image.get(), other, 0), ==, 0);
    unwrap(served.bytes().flush());
    const auto now = content_of(path);
    same(now.substr(0, 2 * piece), other.substr(0, 2 * piece));
    same(now.substr(2 * piece + 10, 3), "new");
    same(now.substr(3 * piece, 5 * piece), other.substr(0, 5 * piece));
    same(now.substr(8 * piece, piece), std::string(piece - 1, 'a') + "x");
    same(now.substr(10 * piece), other.substr(10 * piece));
}

void discards() {
    const TestFolder folder;
    auto content = noise(16 * block, 6);
    const auto path = make_image(folder, content);
    ServedBytes served{path};
    auto &disk = served.bytes();
    const auto drop = [&](std::size_t from, std::size_t to) {
        unwrap(disk.discard(from, to - from));
        content.replace(from, to - from, to - from, '\0');
    };
    unwrap(disk.write(0, std::string(4 * block, 'd'))); // nothing of it has been written back
    content.replace(0, 4 * block, 4 * block, 'd');
    drop(block + piece + 7, 3 * block + 9);
    drop(8 * block, 15 * block); // not in the cache
    same(read(disk, 0, content.size()), content);
    unwrap(disk.write(2 * block + 1, "kept"));
    content.replace(2 * block + 1, 4, "kept");
    drop(4 * block - 5, 4 * block);
    unwrap(disk.flush());
    served.finish();
    same(content_of(path), content);
    g_assert_cmpint(allocated(path), <, static_cast<std::int64_t>(10 * block));
}

/// A cache of three blocks is too small for what happens, so that blocks are written back in between.
void evicts() {
    const TestFolder folder;
    auto content = noise(40 * block + 700, 7);
    const auto path = make_image(folder, content);
    auto server = unwrap(test::start_server(path));
    CachedDisk disk{unwrap(Connection::open(server.take_socket())), 3};
    std::uint32_t random = 8;
    for (int i = 0; i < 400; ++i) {
        random = random * 1664525 + 1013904223;
        const std::size_t at = random % (content.size() - 3 * block), length = 1 + (random >> 8) % (2 * block);
        if (i % 3 == 0) {
            same(read(disk, at, length), std::string_view{content}.substr(at, length));
        } else if (i % 7 == 0) {
            unwrap(disk.discard(at, length));
            content.replace(at, length, length, '\0');
        } else {
            const auto bytes = noise(length % 5000, random);
            unwrap(disk.write(at, bytes));
            content.replace(at, bytes.size(), bytes);
        }
    }
    same(read(disk, 0, content.size()), content);
    unwrap(disk.flush());
    same(content_of(path), content);
}

void joins() {
    const TestFolder folder;
    const auto content = noise(4 * block, 9);
    ServedBytes served{make_image(folder, content)};
    auto &disk = served.bytes();
    const auto joined =
        join_extents({{&disk, 3 * block, 100}, {&disk, 10, 5}, {&disk, block, 0}, {&disk, block, block}});
    auto expected = content.substr(3 * block, 100) + content.substr(10, 5) + content.substr(block, block);
    g_assert_cmpuint(joined->size(), ==, expected.size());
    same(read(*joined, 0, expected.size()), expected);
    same(read(*joined, 99, 3), expected.substr(99, 3));
    same(read(*joined, 105, 1), expected.substr(105, 1));
    unwrap(joined->write(98, "0123456789"));
    expected.replace(98, 10, "0123456789");
    unwrap(joined->discard(103, 50));
    expected.replace(103, 50, 50, '\0');
    same(read(*joined, 0, expected.size()), expected);
    same(read(disk, 3 * block + 98, 2), "01");
    same(read(disk, 10, 5), std::string_view{"234\0\0", 5});
    unwrap(joined->flush());
    std::string to(2, '?');
    test::message_of(joined->read(expected.size() - 1, to), H2K_ERROR_SOURCE);
    test::message_of(joined->read(UINT64_MAX, to), H2K_ERROR_SOURCE);
    unwrap(join_extents({})->read(0, {}));
}

/// A server that goes away is an error, and no hang.
void server_ends() {
    const TestFolder folder;
    auto server = unwrap(test::start_server(make_image(folder, noise(32 * block, 10))));
    const auto disk = unwrap(open_disk(server.take_socket()));
    read(*disk, 0, 10);
    unwrap(disk->write(5, "x"));
    server.stop();
    unwrap(server.wait(nullptr));
    std::string to(10, '?');
    test::message_of(disk->read(31 * block, to), H2K_ERROR_SOURCE);
    test::message_of(disk->flush(), H2K_ERROR_FAILED);
    test::message_of(open_disk(-1), H2K_ERROR_FAILED);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/disk/reads", reads_to_the_end);
    g_test_add_func("/disk/writes", writes_on_flush);
    g_test_add_func("/disk/pieces", writes_only_pieces);
    g_test_add_func("/disk/discards", discards);
    g_test_add_func("/disk/evicts", evicts);
    g_test_add_func("/disk/joins", joins);
    g_test_add_func("/disk/server-ends", server_ends);
    return g_test_run();
}
