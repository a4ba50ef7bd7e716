// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/vhdx/header.h"
#include "tests/support/vhdx_images.h"

// Logs of a VHDX as [MS-VHDX] section 2.3 lays them out.

namespace h2k::test {

constexpr std::size_t log_unit = 4096;
inline const std::string log_guid(16, '\x77');

/// One thing that an entry writes: bytes of one unit, or zeros.
struct LogWrite {
    std::uint64_t offset = 0;
    std::string bytes{};
    std::uint64_t zeros = 0;
};

struct LogEntry {
    std::uint64_t sequence = 1;
    std::uint32_t tail = 0;
    std::uint64_t size = 0; ///< of the file, before and after
    std::vector<LogWrite> writes{};
    std::uint64_t grown = 0; ///< size afterwards; 0: as before
};

inline std::string log_bytes(const LogEntry &entry) {
    std::string descriptors, data;
    for (const auto &write : entry.writes) {
        const auto where = number(write.offset, 8) + number(entry.sequence, 8);
        if (write.bytes.empty()) {
            descriptors += "zero" + number(0, 4) + number(write.zeros, 8) + where;
            continue;
        }
        g_assert_cmpuint(write.bytes.size(), ==, log_unit);
        descriptors += "desc" + write.bytes.substr(log_unit - 4) + write.bytes.substr(0, 8) + where;
        data += "data" + number(entry.sequence >> 32, 4) + write.bytes.substr(8, log_unit - 12) +
                number(entry.sequence & 0xffffffff, 4);
    }
    auto head = std::string(64, '\0') + descriptors;
    head.resize((head.size() + log_unit - 1) / log_unit * log_unit);
    auto all = head + data;
    all.replace(0, 64,
                "loge" + number(0, 4) + number(all.size(), 4) + number(entry.tail, 4) + number(entry.sequence, 8) +
                    number(entry.writes.size(), 4) + number(0, 4) + log_guid + number(entry.size, 8) +
                    number(entry.grown != 0 ? entry.grown : entry.size, 8));
    put_vhdx_checksum(all);
    return all;
}

inline Window log_of(const std::string &path) { return unwrap(read_vhdx_header(unwrap(HostFile::open(path)))).log; }

/// Puts @bytes into the log, which is a ring, and says in the headers that it counts.
inline void put_log(const std::string &path, std::uint64_t at, std::string_view bytes) {
    const auto log = log_of(path);
    const auto first = bytes.substr(0, log.length - at), rest = bytes.substr(first.size());
    patch(path, static_cast<off_t>(log.offset + at), first);
    patch(path, static_cast<off_t>(log.offset), rest);
    patch_headers(path, 48, log_guid);
}

/// A unit of @path as a log would write it, with @bytes at @at in it.
inline std::string unit_with(const std::string &path, std::uint64_t at, std::string_view bytes) {
    return part_of(path, at / log_unit * log_unit, log_unit).replace(at % log_unit, bytes.size(), bytes);
}
inline LogWrite write_of(const std::string &path, std::uint64_t at, std::string_view bytes) {
    return {.offset = at / log_unit * log_unit, .bytes = unit_with(path, at, bytes)};
}

/// Has QEMU write to @path and fail before it carries out what it put into the log.
inline void write_and_fail(const std::string &path, const std::string &write) {
    const auto sector = std::to_string(region_of(path, 0) / 512); // where QEMU places the block table
    const auto options =
        "driver=vhdx,file.driver=blkdebug,file.image.driver=file,file.image.filename=" + path +
        ",file.inject-error.0.event=none,file.inject-error.0.iotype=write,file.inject-error.0.sector=" + sector +
        ",file.inject-error.0.errno=5";
    const auto done = unwrap(run_command({.argv = {"qemu-io", "--image-opts", options, "-c", write}}, nullptr));
    g_assert_cmpint(done.status, !=, 0);
}

} // namespace h2k::test
