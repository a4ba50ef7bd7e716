// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/compressed_length.h"
#include "tests/support/test.h"
#include <lzma.h>

using namespace h2k;

namespace {

constexpr std::size_t edge = LZMA_STREAM_HEADER_SIZE;

std::uint8_t *octets(std::string &bytes) { return reinterpret_cast<std::uint8_t *>(bytes.data()); }

/// An index of @records blocks.
std::string index_of(int records) {
    auto *index = lzma_index_init(nullptr);
    for (int i = 0; i < records; i++)
        g_assert_cmpint(lzma_index_append(index, nullptr, 8, 1), ==, LZMA_OK);
    std::string bytes(lzma_index_size(index), '\0');
    std::size_t written = 0;
    g_assert_cmpint(lzma_index_buffer_encode(index, octets(bytes), &written, bytes.size()), ==, LZMA_OK);
    lzma_index_end(index, nullptr);
    return bytes;
}

/// The edges of a stream whose index has @backward bytes.
std::pair<std::string, std::string> edges_of(std::size_t backward) {
    lzma_stream_flags flags{};
    flags.check = LZMA_CHECK_CRC32;
    flags.backward_size = backward;
    std::string header(edge, '\0'), footer(edge, '\0');
    g_assert_cmpint(lzma_stream_header_encode(&flags, octets(header)), ==, LZMA_OK);
    g_assert_cmpint(lzma_stream_footer_encode(&flags, octets(footer)), ==, LZMA_OK);
    return {header, footer};
}

void ends_at_its_footer() {
    const auto index = index_of(3);
    const auto [header, footer] = edges_of(index.size());
    const std::string blocks(24, 'b'), stream = header + blocks + index + footer;
    g_assert_cmpuint(xz_length(stream).value_or(0), ==, stream.size());
    g_assert_cmpuint(xz_length(stream + "07070100").value_or(0), ==, stream.size());
    g_assert_false(xz_length(std::string_view{stream}.substr(0, stream.size() - 1)).has_value());
    // A stream that is stored in another one is not its end.
    const auto outer = index_of(1), inner = header + index + footer;
    const auto [start, end] = edges_of(outer.size());
    g_assert_false(xz_length(start + inner + outer + end).has_value());
}

/// Each of many footers says that its stream has all that stands before it as its index, which is long to read: read
/// for each of them it would take minutes.
void reads_indexes_that_overlap_once() {
    auto index = index_of(500'000);
    std::string bytes = edges_of(index.size()).first + index;
    for (std::size_t i = 0; i < 100'000; i++)
        bytes += edges_of(index.size() + i * edge).second;
    const auto start = g_get_monotonic_time();
    g_assert_false(xz_length(bytes).has_value());
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/compressed-length/footer", ends_at_its_footer);
    g_test_add_func("/compressed-length/overlap", reads_indexes_that_overlap_once);
    return g_test_run();
}
