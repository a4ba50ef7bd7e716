// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/source/source.h"
#include "tests/support/test_folder.h"
#include <fcntl.h>
#include <unistd.h>

namespace h2k::test {

/// A VMDK of @subformat with a pattern in its first and its last megabyte.
inline std::string make_vmdk(const TestFolder &folder, const std::string &subformat, std::uint64_t bytes,
                             const std::string &name = "disk.vmdk") {
    constexpr std::uint64_t part = 1u << 20;
    const auto path = folder / name, raw = folder / "content.raw";
    run({"qemu-img", "create", "-q", "-f", "raw", raw, std::to_string(bytes)});
    run({"qemu-io", "-f", "raw", "-c", "write -q -P 0x11 0 1M", "-c",
         "write -q -P 0x22 " + std::to_string(bytes - part) + " 1M", raw});
    run({"qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + subformat + ",adapter_type=lsilogic",
         raw, path});
    return path;
}

inline std::string content_of(const std::string &path) { return unwrap(read_file(path, 64u << 20)); }

/// Overwrites bytes of a file in place.
inline void patch(const std::string &path, off_t offset, std::string_view bytes) {
    const int fd = open(path.c_str(), O_WRONLY);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(pwrite(fd, bytes.data(), bytes.size(), offset), ==, static_cast<gssize>(bytes.size()));
    close(fd);
}

inline void resize(const std::string &path, std::uint64_t size) {
    g_assert_cmpint(truncate(path.c_str(), static_cast<off_t>(size)), ==, 0);
}

inline Result<CarryPlan> describe_file(const std::string &path, std::optional<DiskFormat> format = std::nullopt) {
    return describe({.sources = {path}, .input_format = format});
}

/// The sentence with which @path is refused, where @folder is written as "FOLDER".
inline void assert_refused(const std::string &path, std::string_view sentence,
                           std::optional<DiskFormat> format = std::nullopt, const char *file = __builtin_FILE(),
                           int line = __builtin_LINE()) {
    const auto result = describe_file(path, format);
    if (result)
        g_assertion_message(G_LOG_DOMAIN, file, line, "", "the image was taken");
    g_assert_cmpint(result.error().code(), ==, H2K_ERROR_SOURCE);
    assert_equal(result.error().message(), sentence, file, line);
}

/// Size that qemu itself sees.
inline std::uint64_t qemu_size(const std::string &path, const std::string &format) {
    const auto json = run({"qemu-img", "info", "--output=json", "-f", format, path});
    constexpr std::string_view key = "\"virtual-size\": ";
    // The disk's own size is the one with the least indentation; those of its children have more.
    const auto at = json.find("\n    " + std::string{key});
    g_assert_cmpuint(at, !=, std::string::npos);
    return g_ascii_strtoull(json.c_str() + at + 5 + key.size(), nullptr, 10);
}

inline std::string make_qcow2(const TestFolder &folder, const std::string &options,
                              const std::string &name = "d.qcow2") {
    const auto path = folder / name;
    run({"qemu-img", "create", "-q", "-f", "qcow2", "-o", options, path, "8M"});
    run({"qemu-io", "-f", "qcow2", "-c", "write -q -P 1 0 1M", "-c", "write -q -P 2 7M 1M", path});
    return path;
}

} // namespace h2k::test
