// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/devices.h"
#include "tests/support/served_bytes.h"
#include <unistd.h>

namespace h2k::test {

constexpr std::uint64_t mebibyte = 1u << 20;

struct NewDisk {
    std::uint64_t bytes = 0;
    std::string table = {}; ///< for sfdisk; empty: none
    unsigned sector_bytes = 512;
};

/// Disks that are served by qemu-nbd.
class Guest {
  public:
    std::string add(const NewDisk &disk) {
        const auto path = folder_ / std::to_string(paths_.size());
        unwrap(write_file(path, ""));
        g_assert_cmpint(truncate(path.c_str(), static_cast<off_t>(disk.bytes)), ==, 0);
        if (!disk.table.empty()) {
            const auto script = path + ".sfdisk";
            unwrap(write_file(script, disk.table));
            run({"/bin/sh", "-c", "sfdisk -q --no-tell-kernel --no-reread \"$1\" < \"$2\"", "sh", path, script});
        }
        paths_.push_back(path);
        sectors_.push_back(disk.sector_bytes);
        return path;
    }
    const Devices &find(const std::vector<OpenedVolume> &opened = {}) {
        disks_.clear();
        servers_.clear();
        for (const auto &path : paths_) {
            servers_.push_back(unwrap(start_server(path)));
            disks_.push_back(unwrap(open_disk(servers_.back().take_socket())));
        }
        devices_ = std::make_unique<Devices>(unwrap(Devices::find(disks_, sectors_, opened)));
        return *devices_;
    }

    [[nodiscard]] const TestFolder &folder() const { return folder_; }

  private:
    TestFolder folder_;
    std::vector<std::string> paths_;
    std::vector<unsigned> sectors_;
    std::vector<NbdServer> servers_;
    std::vector<std::unique_ptr<Bytes>> disks_;
    std::unique_ptr<Devices> devices_;
};

/// Puts the file system that @argv makes in a file, its last word, of @bytes to @offset of @disk.
inline void make_at(const std::string &disk, std::uint64_t offset, std::uint64_t bytes, std::vector<std::string> argv) {
    const auto part = disk + ".part";
    unwrap(write_file(part, ""));
    g_assert_cmpint(truncate(part.c_str(), static_cast<off_t>(bytes)), ==, 0);
    argv.push_back(part);
    run(argv);
    run({"dd", "if=" + part, "of=" + disk, "bs=64k", "conv=notrunc,sparse", "oflag=seek_bytes",
         "seek=" + std::to_string(offset), "status=none"});
    unlink(part.c_str());
}

} // namespace h2k::test
