// SPDX-License-Identifier: LGPL-2.1-or-later
// The input is a disk of 8 MiB as records: a sector number of two bytes, a number of sectors of one byte, and these
// sectors.  The checksums of a GPT are put right.
#include "convert/direct/program/devices.h"
#include "convert/format/bytes.h"
#include "tests/support/memory_bytes.h"
#include <cstdlib>

using namespace h2k;

namespace {

constexpr std::size_t disk_bytes = 8u << 20, sector = 512;

void require(bool holds) {
    if (!holds)
        std::abort();
}

std::string disk_of(std::string_view input) {
    std::string disk(disk_bytes, '\0');
    while (input.size() > 3) {
        const std::size_t at = little_endian<std::uint16_t>(input, 0) % (disk_bytes / sector) * sector;
        const auto bytes = input.substr(3, little_endian<std::uint8_t>(input, 2) * sector);
        disk.replace(at, bytes.size(), bytes);
        disk.resize(disk_bytes);
        input.remove_prefix(3 + bytes.size());
    }
    return disk;
}

/// CRC-32 as of UEFI.
std::string checksum(std::string_view bytes) {
    std::uint32_t sum = ~0u;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return little_endian_bytes(~sum);
}

void sign_gpt(std::string &disk) {
    const std::string_view header = std::string_view{disk}.substr(sector, sector);
    const auto first = little_endian<std::uint64_t>(header, 72);
    const std::uint64_t bytes = std::uint64_t{little_endian<std::uint32_t>(header, 80)} * 128;
    if (!header.starts_with("EFI PART") || first > disk_bytes / sector || bytes > disk_bytes - first * sector)
        return;
    disk.replace(sector + 88, 4, checksum(std::string_view{disk}.substr(first * sector, bytes)));
    disk.replace(sector + 16, 4, 4, '\0');
    disk.replace(sector + 16, 4, checksum(std::string_view{disk}.substr(sector, 92)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t length) {
    auto disk = disk_of({reinterpret_cast<const char *>(data), length});
    sign_gpt(disk);
    std::vector<std::unique_ptr<Bytes>> disks;
    disks.push_back(std::make_unique<test::MemoryBytes>(std::move(disk), disk_bytes));
    const auto found = Devices::find(disks, {512});
    require(found.has_value());
    for (const auto &device : found->all()) {
        auto *content = found->content(device.name);
        require(content && content->size() <= disk_bytes && device.name.starts_with("/dev/") && device.disk == 0);
        char last = 0;
        require(content->size() == 0 || content->read(content->size() - 1, {&last, 1}).has_value());
    }
    return 0;
}
