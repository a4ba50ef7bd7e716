// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/archive.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/owned.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <array>
#include <gio/gio.h>
#include <iterator>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_bytes = 128u << 20;
constexpr unsigned regular_file = 0100000, plain_folder = 0040755;

void pad(std::string &text, std::size_t to) { text.append((to - text.size() % to) % to, '\0'); }

void add_member(std::string &archive, unsigned number, unsigned mode, const std::string &name,
                std::string_view content) {
    constexpr unsigned root = 0, links = 1, long_ago = 0, device = 0, check = 0;
    const std::array<std::size_t, 13> fields{number, mode,   root,   root,   links,           long_ago, content.size(),
                                             device, device, device, device, name.size() + 1, check};
    archive += "070701";
    for (const auto field : fields)
        archive += Owned<char>{g_strdup_printf("%08zx", field)}.get();
    archive += name;
    archive += '\0';
    pad(archive, 4);
    archive += content;
    pad(archive, 4);
}

/// Every folder above @name, the outermost first.
std::vector<std::string> folders_above(const std::string &name) {
    std::vector<std::string> folders;
    for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
        folders.push_back(name.substr(0, slash));
    return folders;
}

/// The folders above @files that hold nothing of @names, in the order in which they have to be made.
Result<std::set<std::string>> new_folders(const std::vector<ArchivedFile> &files,
                                          const std::vector<std::string> &names) {
    std::set<std::string> wanted;
    for (const auto &file : files)
        std::ranges::move(folders_above(file.name), std::inserter(wanted, wanted.end()));
    for (const auto &name : names) {
        if (wanted.contains(name))
            return fail(H2K_ERROR_FAILED, _("“%s” is not a folder in the initramfs."), printable(name).c_str());
        for (const auto &folder : folders_above(name))
            wanted.erase(folder);
    }
    return wanted;
}

Result<std::string> with_gzip(std::string_view bytes) {
    const auto compressor = Ref<GZlibCompressor>::adopt(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
    GError *error = nullptr;
    std::string packed;
    std::array<char, 65536> buffer;
    for (;;) {
        std::size_t used = 0, made = 0;
        const auto status =
            g_converter_convert(G_CONVERTER(compressor.get()), bytes.data(), bytes.size(), buffer.data(), buffer.size(),
                                G_CONVERTER_INPUT_AT_END, &used, &made, &error);
        if (status == G_CONVERTER_ERROR)
            return std::unexpected(Error::take(error));
        packed.append(buffer.data(), made);
        bytes.remove_prefix(used);
        if (status == G_CONVERTER_FINISHED)
            return packed;
    }
}

/// LZ4, with literals alone.  Source: lz4_Frame_format.md, "Legacy frame"; lz4_Block_format.md, "Sequences".
std::string in_legacy_lz4(std::string_view bytes) {
    constexpr std::size_t block_size = 8u << 20;
    constexpr unsigned in_token = 15, in_byte = 255;
    std::string packed{"\x02\x21\x4c\x18", 4};
    for (; !bytes.empty(); bytes.remove_prefix(std::min(block_size, bytes.size()))) {
        const auto literals = bytes.substr(0, block_size);
        std::string block;
        block += static_cast<char>(std::min<std::size_t>(literals.size(), in_token) << 4);
        if (literals.size() >= in_token) {
            auto rest = literals.size() - in_token;
            for (; rest >= in_byte; rest -= in_byte)
                block += static_cast<char>(in_byte);
            block += static_cast<char>(rest);
        }
        block += literals;
        packed += little_endian_bytes(static_cast<std::uint32_t>(block.size()));
        packed += block;
    }
    return packed;
}

} // namespace

Result<std::string> newc_archive(const std::vector<ArchivedFile> &files, const std::vector<std::string> &names) {
    std::string archive;
    unsigned number = 0;
    for (const auto &folder : H2K_TRY(new_folders(files, names)))
        add_member(archive, ++number, plain_folder, folder, {});
    for (const auto &file : files) {
        if (file.content.size() > most_bytes - std::min(most_bytes, archive.size()))
            return fail(H2K_ERROR_FAILED, _("The files for the initramfs are larger than %s."),
                        size_for_people(most_bytes).c_str());
        add_member(archive, ++number, regular_file | file.mode, file.name, file.content);
    }
    add_member(archive, 0, 0, "TRAILER!!!", {});
    return archive;
}

Result<std::string> appended(std::string_view archive, std::uint64_t size, std::string_view last) {
    if (last == "gzip")
        return with_gzip(archive);
    if (last == "lz4")
        return in_legacy_lz4(archive);
    constexpr std::uint64_t sector = 512;
    return std::string((sector - size % sector) % sector, '\0').append(archive);
}

} // namespace h2k
