// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace h2k {

/// What ArchiveReader and virt-hyper2kvm-archive say to each other over one socket.  The program is as hostile as what
/// it unpacks: ArchiveReader checks everything that it says.
enum class ArchiveWord : std::uint32_t {
    // Questions of the reader.  Each has one answer, before which the program may ask for bytes.
    open = 1, ///< flags: the kind, and sized; number: bytes of the source, if sized
    next,
    read,
    // Answers, with the positions.
    opened, ///< flags: reads_to_skip
    entry,  ///< flags: of an entry; number: its size; bytes: its name
    block,  ///< number: its offset; bytes: its content
    over,   ///< no further entry or block
    failed, ///< flags: an ArchiveFailure; bytes: what the library says, if anything
    // What the program asks for; the reader answers with bytes or skipped, and to seek not at all.
    need,
    skip, ///< number: bytes to skip
    seek, ///< number: offset in the source of the bytes that are needed next
    // The reader's answers.
    bytes,   ///< bytes: the next ones; none at the end
    skipped, ///< number: bytes that were skipped
};

/// What is read.
enum class PackedKind : std::uint32_t {
    tar,       ///< not compressed
    archive,   ///< tar or zip, compressed or not, or 7z
    stream,    ///< one file, compressed or not: a single entry of the name "data"
    initramfs, ///< a single entry: the names in it that are not folders, each followed by a null byte
    kernel,    ///< as stream, and of the other compressions that Linux' kernel images have: lz4 (legacy) and lzma
};

enum class ArchiveFailure : std::uint32_t { damaged, truncated, no_header, packed_repeatedly, memory, not_supported };

/// Followed by @size bytes.  Both ends are programs of one host, so the numbers are in its own order.
struct ArchiveMessage {
    ArchiveWord word{};
    std::uint32_t size = 0, flags = 0, unused = 0;
    std::uint64_t number = 0;
    std::uint64_t header = 0, position = 0; ///< as ArchiveReader has them; of answers only
};

/// Most bytes that follow a message.
constexpr std::size_t longest_message = 1u << 20;
/// Longest name and longest reason; a longer one is cut, and then refused where it is a name.
constexpr std::size_t longest_text = 8192;
/// Bytes of memory that the program may use: xz -9 needs 65 MiB to unpack, and liblzma gets 1 GiB at most.
constexpr std::uint64_t archive_memory = (std::uint64_t{1} << 30) + (256u << 20);

/// The name of an initramfs image's only member says how its last part is compressed: this, or "gzip", "xz", "zstd",
/// "lz4" (the legacy format), "bzip2", "lzma".
constexpr std::string_view plain_part = "plain";
/// Names of one initramfs image; those of distributions have some thousands.
constexpr std::size_t most_initramfs_names = 200'000;
constexpr std::size_t most_initramfs_name_bytes = 32u << 20;

namespace archive_flags {
// Of open, beside the kind.
constexpr std::uint32_t sized = 1u << 8;
// Of opened.
constexpr std::uint32_t reads_to_skip = 1;
// Of entry.
constexpr std::uint32_t folder = 1, sparse = 2, has_size = 4, link = 8, special = 16, encrypted = 32;
} // namespace archive_flags

} // namespace h2k
