// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The program that unpacks archives is as hostile as what it unpacks: here it lies, crashes, hangs and eats memory.
#include "convert/base/process/sanitized.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/format/archive/reader.h"
#include "tests/support/test.h"
#include <array>
#include <cstring>
#include <functional>
#include <sys/socket.h>
#include <thread>

using namespace h2k;
using namespace std::chrono_literals;
using test::assert_equal;
using test::message_of;
using test::unwrap;

namespace {

class TextBytes final : public ByteSource {
  public:
    explicit TextBytes(std::string text) : text_(std::move(text)) {}
    Result<std::string_view> next() override {
        if (on_next)
            on_next();
        return std::exchange(rest_, {});
    }
    std::optional<std::uint64_t> size() const override { return text_.size(); }
    void go_to(std::uint64_t offset) override {
        g_assert_cmpuint(offset, <=, text_.size());
        rest_ = std::string_view{text_}.substr(static_cast<std::size_t>(offset));
    }
    std::function<void()> on_next;

  private:
    std::string text_;
    std::string_view rest_ = text_;
};

struct Pair {
    Descriptor ours, its;
};

Pair sockets() {
    std::array<int, 2> pair{};
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), ==, 0);
    return {.ours = Descriptor{pair[0]}, .its = Descriptor{pair[1]}};
}

/// A link to the shell command @script, which has the socket as its standard input.
ArchiveLink link_to(const char *script, Allowance *allowance, Allowance::Time longest_step = 60s) {
    auto pair = sockets();
    const std::array argv{"sh", "-c", script, static_cast<const char *>(nullptr)};
    int child = 0;
    g_assert_true(g_spawn_async_with_pipes_and_fds(
        nullptr, argv.data(), nullptr, static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD),
        nullptr, nullptr, pair.its.get(), -1, -1, nullptr, nullptr, 0, &child, nullptr, nullptr, nullptr, nullptr));
    return {LinkedProgram{std::move(pair.ours), Descriptor{}, child}, "a", allowance, longest_step};
}

/// Asks a program that answers with @answers whatever it is asked, until it fails or ends.
void ask_all(std::string answers) {
    auto pair = sockets();
    std::jthread program{[&answers, its = std::move(pair.its)] {
        std::string_view rest = answers;
        std::array<char, 4096> ignored{};
        while (!rest.empty()) {
            const auto sent = send(its.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0)
                rest.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno != EAGAIN)
                return;
            while (recv(its.get(), ignored.data(), ignored.size(), MSG_DONTWAIT) > 0)
                continue;
        }
    }};
    TextBytes bytes{std::string(5000, 'x')};
    auto reader = ArchiveReader::open(bytes, ArchiveReader::Kind::archive,
                                      ArchiveLink{LinkedProgram{std::move(pair.ours), Descriptor{}, 0}, "a", nullptr});
    for (int i = 0; reader && i < 100; ++i) {
        const auto entry = reader->next();
        if (!entry || !*entry)
            return;
        g_assert_true((*entry)->folder || !(*entry)->name.empty());
        while (true) {
            const auto block = reader->read();
            if (!block || !*block)
                break;
            g_assert_cmpuint((*block)->offset + (*block)->bytes.size(), >=, (*block)->offset);
        }
    }
}

void answers_at_random() {
    std::uint32_t noise = 4711;
    const auto next = [&] { return (noise = noise * 1664525 + 1013904223) >> 8; };
    for (int round = 0; round < 2000; ++round) {
        std::string answers;
        const bool plausible = round % 4;
        for (unsigned i = next() % 40; i > 0; --i) {
            ArchiveMessage message;
            std::array<std::uint32_t, sizeof message / 4> words{};
            for (auto &word : words)
                word = next() ^ (next() << 12);
            std::memcpy(static_cast<void *>(&message), words.data(), sizeof message);
            if (plausible) {
                message.word = static_cast<ArchiveWord>(i % 2 ? 4 + next() % 8 : next() % 15);
                message.size = next() % 3 ? 0 : next() % 100;
                if (next() % 2)
                    message.number %= 6000;
            }
            answers.append(reinterpret_cast<const char *>(&message), sizeof message);
            for (auto left = plausible ? message.size : next() % 100; left > 0; --left)
                answers += static_cast<char>(plausible ? 'a' + next() % 20 : next());
        }
        ask_all(std::move(answers));
    }
}

/// One valid beginning, and then @message with @bytes.
std::string says(ArchiveMessage message, std::string_view bytes = {}) {
    auto pair = sockets();
    const auto put = [&](const ArchiveMessage &what, std::string_view with) {
        g_assert_cmpint(send(pair.its.get(), &what, sizeof what, 0), ==, sizeof what);
        g_assert_cmpint(send(pair.its.get(), with.data(), with.size(), 0), ==, static_cast<gssize>(with.size()));
    };
    put({.word = ArchiveWord::opened}, {});
    put(message, bytes);
    shutdown(pair.its.get(), SHUT_WR);
    TextBytes source{"x"};
    auto reader =
        unwrap(ArchiveReader::open(source, ArchiveReader::Kind::archive,
                                   ArchiveLink{LinkedProgram{std::move(pair.ours), Descriptor{}, 0}, "a", nullptr}));
    auto text = message_of(reader.next(), H2K_ERROR_SOURCE);
    // Whatever comes then, the archive is over.
    g_assert_false(reader.read().has_value());
    return text;
}

void lies() {
    const std::string invalid =
        "“a” is damaged, or made to do harm: the program that unpacks it gives invalid answers.";
    assert_equal(says({.word = ArchiveWord::block, .size = 1}, "x"), invalid);
    assert_equal(says({.word = ArchiveWord::opened}), invalid);
    assert_equal(says({.word = ArchiveWord::bytes}), invalid);
    assert_equal(says({.word = ArchiveWord::open}), invalid);
    assert_equal(says({.word = ArchiveWord::seek, .number = 2}), invalid);
    assert_equal(says({.word = ArchiveWord::need, .size = 1}, "x"), invalid);
    assert_equal(says({.word = ArchiveWord::entry, .size = longest_message + 1}), invalid);
    assert_equal(says({.word = ArchiveWord::entry, .size = 6}, "../etc"),
                 "“a” holds “../etc”, which points outside the archive.");
    assert_equal(says({.word = ArchiveWord::entry, .size = 1, .flags = archive_flags::link}, "x"),
                 "“a” holds the link “x”; only files are taken from an archive.");
    assert_equal(says({.word = ArchiveWord::entry, .size = 1, .flags = archive_flags::has_size, .number = ~0ull}, "x"),
                 "“x” in “a” has an invalid size.");
}

/// An image of which the program must hold every byte, with less and less memory.
void says_that_memory_is_short() {
    if (is_sanitized) // its addresses cannot be limited
        return;
    unsigned short_of_memory = 0;
    const std::string image(std::size_t{16} << 20, '\0');
    for (int mebibytes = 90; mebibytes > 20; mebibytes -= 10) {
        TextBytes bytes{image};
        const auto script = "ulimit -v " + std::to_string(mebibytes * 1024) +
                            "; exec \"$VIRT_HYPER2KVM_LIBEXEC/virt-hyper2kvm-archive\"";
        auto reader = ArchiveReader::open(bytes, ArchiveReader::Kind::initramfs, link_to(script.c_str(), nullptr));
        const auto entry = reader ? reader->next() : std::unexpected(std::move(reader).error());
        if (entry)
            continue;
        const auto text = message_of(entry, entry.error().code());
        const bool is_short = text.starts_with("“a” needs more memory to unpack than the limit of ");
        short_of_memory += is_short ? 1 : 0;
        g_test_message("%d MiB: %s", mebibytes, text.c_str());
        // With still less it cannot even be loaded.
        g_assert_true(is_short || text.ends_with("it holds no archive.") ||
                      text.starts_with("Cannot start the program that unpacks archives"));
    }
    g_assert_cmpuint(short_of_memory, >, 0);
}

void crashes() {
    TextBytes bytes{"x"};
    const auto killed = ArchiveReader::open(bytes, ArchiveReader::Kind::tar, link_to("kill -SEGV $$", nullptr));
    g_assert_true(message_of(killed, H2K_ERROR_SOURCE).contains("crashed with signal 11"));
    const auto absent = ArchiveReader::open(bytes, ArchiveReader::Kind::tar, link_to("exit 126", nullptr));
    assert_equal(message_of(absent, H2K_ERROR_FAILED),
                 "Cannot start the program that unpacks archives: exit status 126.");
}

void loops() {
    TextBytes bytes{"x"};
    const char *const script = "while :; do :; done";
    const auto stuck = ArchiveReader::open(bytes, ArchiveReader::Kind::tar, link_to(script, nullptr, 100ms));
    g_assert_true(message_of(stuck, H2K_ERROR_SOURCE).starts_with("“a” is damaged or a decompression bomb:"));
    Allowance little{nullptr, {.base = 100ms}};
    const auto dear = ArchiveReader::open(bytes, ArchiveReader::Kind::tar, link_to(script, &little));
    g_assert_true(message_of(dear, H2K_ERROR_SOURCE)
                      .contains(is_sanitized ? "more than 1 s of processor time" : "more than 0 s of processor time"));
}

void is_cancelled() {
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    Allowance allowance{cancel.get()};
    // While the program is silent.
    TextBytes bytes{"x"};
    std::jthread other{[&] {
        g_usleep(50'000);
        g_cancellable_cancel(cancel.get());
    }};
    message_of(ArchiveReader::open(bytes, ArchiveReader::Kind::tar, link_to("exec sleep 600", &allowance)),
               H2K_ERROR_CANCELLED);
    other.join();
    // While it works.
    g_cancellable_reset(cancel.get());
    bytes.on_next = [&] { g_cancellable_cancel(cancel.get()); };
    message_of(ArchiveReader::open(bytes, "a", ArchiveReader::Kind::archive, &allowance), H2K_ERROR_CANCELLED);
}

std::uint32_t crc_of(std::string_view bytes) {
    std::uint32_t crc = ~0u;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

Result<std::string> unpacked(const std::string &packed) {
    TextBytes bytes{packed};
    auto reader = H2K_TRY(ArchiveReader::open(bytes, "a", ArchiveReader::Kind::stream, nullptr));
    std::string all;
    if (!H2K_TRY(reader.next()))
        return all;
    while (const auto block = H2K_TRY(reader.read()))
        all += block->bytes;
    return all;
}

/// What xz makes needs 65 MiB at most; a header can ask for 4 GiB.
void memory_is_bounded() {
    if (is_sanitized) // its addresses cannot be limited
        return;
    if (!Owned<char>{g_find_program_in_path("xz")})
        return g_test_skip("there is no xz here");
    auto packed = unwrap(require_command({.argv = {"xz", "-9", "-c"}, .input = "content"}, nullptr));
    assert_equal(unwrap(unpacked(packed)), "content");
    // The .xz file format, 3.1 and 5.3.1: a header of 12 bytes, the block's header with the size of the dictionary.
    constexpr std::size_t block = 12, dictionary = block + 4, sum = block + 8;
    g_assert_cmphex(static_cast<unsigned char>(packed[dictionary]), ==, 28); // 64 MiB
    packed[dictionary] = 37;                                                 // 1.5 GiB
    const auto crc = crc_of(std::string_view{packed}.substr(block, sum - block));
    std::memcpy(packed.data() + sum, &crc, sizeof crc);
    assert_equal(message_of(unpacked(packed), H2K_ERROR_SOURCE), "“a” needs more memory to unpack than the limit of " +
                                                                     size_for_people(archive_memory) +
                                                                     "; unpack it first, or pack it with a smaller "
                                                                     "dictionary, such as that of “xz -9”.");
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/archive-link/answers-at-random", answers_at_random);
    g_test_add_func("/archive-link/lies", lies);
    g_test_add_func("/archive-link/crashes", crashes);
    g_test_add_func("/archive-link/memory", says_that_memory_is_short);
    g_test_add_func("/archive-link/loops", loops);
    g_test_add_func("/archive-link/is-cancelled", is_cancelled);
    g_test_add_func("/archive-link/memory-is-bounded", memory_is_bounded);
    return g_test_run();
}
