// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "convert/format/changes.h"
#include "convert/source/image_kind.h"
#include "tests/support/source_images.h"

namespace h2k::test {

/// An image by qemu-img, with a pattern in its first and its last megabyte.
inline std::string make_image(const TestFolder &folder, const std::string &format, const std::string &options,
                              const std::string &name, const std::string &size = "8M") {
    const auto path = folder / name, raw = folder / "content.raw";
    run({"qemu-img", "create", "-q", "-f", "raw", raw, size});
    const auto bytes = std::filesystem::file_size(raw);
    run({"qemu-io", "-f", "raw", "-c", "write -q -P 0x11 0 1M", "-c",
         "write -q -P 0x22 " + std::to_string(bytes - (1u << 20)) + " 1M", raw});
    run({"qemu-img", "convert", "-f", "raw", "-O", format, "-o", options, raw, path});
    return path;
}

/// A differencing image by tests/support/make-differencing; @options: as that takes them.
inline std::string make_child(const TestFolder &folder, const std::string &format, const std::string &parent,
                              const std::string &name, const std::string &options = {}) {
    const auto tool = std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/support/make-differencing";
    std::vector<std::string> argv{tool, format, parent, folder / name};
    for (const auto &word : words(options))
        argv.push_back(word);
    run(std::move(argv));
    return folder / name;
}

/// Lays the differencing image @child over @disk, the content of its parent.
inline void lay_over(std::string &disk, const std::string &child, DiskFormat format) {
    const auto file = unwrap(as_read(unwrap(HostFile::open(child)), format));
    std::uint64_t last = 0;
    unwrap(for_each_change(
        file, format, [&](std::uint64_t offset, std::uint64_t length, std::optional<std::uint64_t> from) -> Result<> {
            g_assert_true(offset >= last && length > 0 && length <= disk.size() && offset <= disk.size() - length);
            last = offset + length;
            disk.replace(offset, length, from ? unwrap(file.read(*from, length)) : std::string(length, '\0'));
            return {};
        }));
}

/// The runs of @child as "OFFSET+LENGTH" and the first byte, or "zero".
inline std::string runs_of(const std::string &child, DiskFormat format) {
    const auto file = unwrap(as_read(unwrap(HostFile::open(child)), format));
    std::vector<std::string> runs;
    unwrap(for_each_change(
        file, format, [&](std::uint64_t offset, std::uint64_t length, std::optional<std::uint64_t> from) -> Result<> {
            runs.push_back(std::to_string(offset) + "+" + std::to_string(length) + ":" +
                           (from ? std::to_string(unwrap(file.read(*from, 1))[0]) : "zero"));
            return {};
        }));
    return join(runs, " ");
}

/// The content of an image that stands alone, as qemu reads it.
inline std::string raw_content(const TestFolder &folder, const std::string &format, const std::string &path) {
    run({"qemu-img", "convert", "-f", format, "-O", "raw", path, folder / "qemu.raw"});
    return content_of(folder / "qemu.raw");
}

/// Refuses @path inside an archive's file, where nothing may be followed.
inline std::string refusal_of_part(const std::string &path) {
    const auto file = unwrap(HostFile::open(path));
    const auto part = unwrap(file.part(0, file.size(), file.name()));
    const auto result = describe_image(part, std::nullopt, Fence{folder_of(path), true, {}});
    return message_of(result, H2K_ERROR_SOURCE);
}

} // namespace h2k::test
