// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives of an initramfs, and where the compressed streams between them end.
#include "convert/format/archive/program/compressed_length.h"
#include "convert/format/archive/program/initramfs.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/packed_input.h"

using namespace h2k;
using fuzz::require;

namespace {

struct Result {
    bool failed = false, may_end = false;
    std::size_t used = 0, count = 0;
    std::string names;
    bool operator==(const Result &) const = default;
};

/// Reads @archive in pieces of @length bytes.
Result read(std::string_view archive, std::size_t length) {
    ImageNames found;
    NewcReader reader{found};
    Result result;
    while (result.used < archive.size()) {
        const auto piece = archive.substr(result.used, length);
        const auto used = reader.take(piece);
        if (!used) // how far it came depends on the pieces
            return {.failed = true};
        require(*used <= piece.size());
        result.used += *used;
        if (*used < piece.size())
            break;
    }
    result.may_end = reader.may_end();
    result.count = found.count;
    result.names = std::move(found.names);
    return result;
}

/// The whole image, compressed parts included.
void list(std::string_view image) {
    fuzz::PackedInput input{image};
    InitramfsNames names{input};
    const auto entry = names.next();
    if (!entry)
        return;
    require(entry->has_value());
    const auto block = names.read();
    require(block && block->has_value() && (*block)->bytes.ends_with('\0'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto archive = fuzz::text_of(data, size);
    const auto whole = read(archive, std::max<std::size_t>(size, 1));
    require(whole.used <= size && whole.count * 110 <= size);
    for (const std::size_t length : {1u, 7u, 110u, 113u})
        require(read(archive, length) == whole);
    if (size >= 4) // its magic number was found
        for (const auto length : {zstd_length(archive), xz_length(archive), lz4_legacy_length(archive)})
            require(!length || *length <= size);
    list(archive);
    return 0;
}
