// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/part_disks.h"
#include "convert/base/files.h"
#include "tests/integration/served.h"

namespace h2k::test {

namespace {

constexpr std::uint64_t start = 1u << 20;
constexpr std::size_t largest = 256u << 20;

} // namespace

PartDisk::PartDisk(const std::string &content, const std::optional<PrivateUser> &user) {
    const auto bytes = unwrap(read_file(content, largest));
    half_ = bytes.size() / 2;
    const auto raw = folder_ / "disk.raw", overlay = folder_ / "disk.qcow2";
    unwrap(write_file(raw, std::string(start, '\0') + bytes.substr(half_) + bytes.substr(0, half_) +
                               std::string(start, '\0')));
    run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", raw, overlay});
    std::filesystem::permissions(folder_.path(), std::filesystem::perms{0711});
    served_ = std::make_unique<ServedDisks>(
        unwrap(ServedDisks::start({qcow2_disk(overlay, raw)}, folder_.path(), user, nullptr)));
    part_ = {
        .name = "/dev/sda1",
        .sockets = served_->sockets(),
        .runs = {{.disk = 0, .offset = start + half_, .length = half_}, {.disk = 0, .offset = start, .length = half_}}};
}

PartOfDisks PartDisk::as_it_lies() const {
    auto other = part_;
    std::swap(other.runs[0], other.runs[1]);
    return other;
}

std::string PartDisk::finish() {
    unwrap(served_->finish(nullptr));
    const auto raw = folder_ / "now.raw", content = folder_ / "content";
    run({"qemu-img", "convert", "-O", "raw", folder_ / "disk.qcow2", raw});
    const auto bytes = unwrap(read_file(raw, largest));
    unwrap(write_file(content, bytes.substr(start + half_, half_) + bytes.substr(start, half_)));
    return content;
}

} // namespace h2k::test
