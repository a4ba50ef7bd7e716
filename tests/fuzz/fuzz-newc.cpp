// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives of an initramfs, where the compressed streams between them end, and what is put behind such an image.
#include "convert/base/text.h"
#include "convert/format/archive/program/compressed_length.h"
#include "convert/format/archive/program/initramfs.h"
#include "convert/guest/initramfs/archive.h"
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

struct Listed {
    std::vector<std::string> names;
    std::string last;
};

/// The whole image, compressed parts included; null: it cannot be read.
std::optional<Listed> list(std::string_view image) {
    fuzz::PackedInput input{image};
    InitramfsNames names{input};
    const auto entry = names.next();
    if (!entry)
        return std::nullopt;
    require(entry->has_value());
    const auto block = names.read();
    require(block && block->has_value() && (*block)->bytes.ends_with('\0'));
    const auto bytes = (*block)->bytes;
    return Listed{.names = split(bytes.substr(0, bytes.size() - 1), '\0'), .last = (*entry)->name};
}

/// What is put behind an image is found there, after all that it has, and a second time too; or the whole cannot be
/// read, as behind an archive without its trailer, and the image is not extended.
void extend(std::string image) {
    auto listed = list(image);
    for (const std::string file : {"h2k/one", "h2k/two"}) {
        if (!listed)
            return;
        const auto archive = newc_archive({{.name = file, .content = std::string(600, 'x')}}, listed->names);
        if (!archive) // "h2k" is a file in it
            return;
        const auto tail = appended(*archive, image.size(), listed->last);
        require(tail.has_value());
        auto wanted = listed->names;
        wanted.push_back(file);
        image += *tail;
        listed = list(image);
        require(!listed || listed->names == wanted);
    }
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
    extend(std::string{archive});
    return 0;
}
