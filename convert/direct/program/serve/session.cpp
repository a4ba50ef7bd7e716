// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/serve/session.h"
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/ext.h"
#include "convert/direct/program/fat/fat.h"
#include "convert/direct/program/serve/swap.h"
#include "convert/direct/wire/devices.h"
#include "convert/format/bytes.h"
#include <algorithm>
#include <array>
#include <cerrno>

namespace h2k {

namespace {

/// One row for each type of file system that can be mounted here.
struct Backend {
    const char *type; ///< as blkid calls it
    Outcome<std::unique_ptr<FileSystem>> (*open)(Bytes &bytes, bool read_only);
};
constexpr Backend backends[] = {
    {"ext2", Ext::open},
    {"ext3", Ext::open},
    {"ext4", Ext::open},
    {"vfat", Fat::open},
};

} // namespace

Session::Session(Storage storage) : storage_(std::move(storage)), all_(storage_.disks), files_(tree_) {
    all_.insert(all_.end(), storage_.opened.begin(), storage_.opened.end());
}

Outcome<Session::Fields> Session::devices() const {
    if (!storage_.unfit.empty())
        return unfit(storage_.unfit);
    Fields fields;
    for (const auto &device : storage_.devices) {
        auto field = device_fields(device);
        if (!field)
            return unfit(field.error().message());
        fields.push_back(*std::move(field));
    }
    return fields;
}

Outcome<Session::Fields> Session::first_sectors() const {
    constexpr std::size_t sector = 512;
    Fields fields;
    for (auto *disk : storage_.disks) {
        std::string bytes(std::min<std::uint64_t>(sector, disk->size()), '\0');
        H2K_CHECK(from_disk(disk->read(0, bytes)));
        bytes.resize(sector);
        fields.push_back(std::move(bytes));
    }
    return fields;
}

Outcome<Session::Fields> Session::mount(const std::string &device, const std::string &path, bool read_only) {
    if (!storage_.unfit.empty())
        return unfit(storage_.unfit);
    const auto *known = device_named(storage_.devices, device);
    if (!known)
        return failed(ENOENT);
    if (const auto there = std::ranges::find(mounted_, device, &Mounted::device); there != mounted_.end()) {
        if (there->read_only != read_only)
            return failed(EBUSY);
        H2K_CHECK(tree_.mount(path, *there->system));
        return Fields{};
    }
    const auto backend = std::ranges::find(backends, known->type, &Backend::type);
    auto *bytes = storage_.content(device);
    if (backend == std::ranges::end(backends) || !bytes)
        return unfit(N_("A file system is of a kind that needs the appliance."));
    auto system = H2K_TRY(backend->open(*bytes, read_only));
    H2K_CHECK(tree_.mount(path, *system));
    mounted_.push_back({.device = device, .read_only = read_only, .system = std::move(system)});
    return Fields{};
}

Outcome<Session::Fields> Session::needs_replay(const std::string &device) const {
    const auto *known = device_named(storage_.devices, device);
    auto *bytes = storage_.content(device);
    if (!known || !bytes)
        return failed(ENOENT);
    const auto backend = std::ranges::find(backends, known->type, &Backend::type);
    if (backend == std::ranges::end(backends))
        return Fields{"0"};
    const auto opened = backend->open(*bytes, true);
    return Fields{!opened && opened.error().journal ? "1" : "0"};
}

Outcome<Session::Fields> Session::extents(const std::string &device) const {
    auto *bytes = storage_.content(device);
    if (!bytes)
        return failed(ENOENT);
    Fields fields;
    for (const auto &extent : bytes->extents()) {
        const auto disk = std::ranges::find(all_, extent.below);
        if (disk == all_.end())
            return failed(ENOENT);
        fields.push_back(std::to_string(disk - all_.begin()));
        fields.push_back(std::to_string(extent.offset));
        fields.push_back(std::to_string(extent.length));
    }
    return fields;
}

/// cryptsetup's docs/on-disk-format.pdf, "PHDR": the version follows the magic of both.
Outcome<Session::Fields> Session::luks_version(const std::string &device) const {
    constexpr std::string_view magic = "LUKS\xba\xbe";
    std::array<char, magic.size() + 2> start{};
    auto *bytes = storage_.content(device);
    if (!bytes)
        return failed(ENOENT);
    if (bytes->size() < start.size())
        return Fields{"0"};
    H2K_CHECK(from_disk(bytes->read(0, start)));
    const std::string_view text{start.data(), start.size()};
    return Fields{text.starts_with(magic) ? std::to_string(big_endian<std::uint16_t>(text, magic.size())) : "0"};
}

Outcome<Session::Fields> Session::unmount_all() {
    tree_.unmount_all();
    auto systems = std::move(mounted_);
    mounted_.clear();
    for (auto &mounted : systems)
        H2K_CHECK(mounted.system->sync());
    systems.clear();
    for (auto *disk : all_)
        H2K_CHECK(from_disk(disk->flush()));
    return Fields{};
}

/// Nothing is dropped of an encrypted volume: zeros would be written in its place, encrypted.
bool Session::is_encrypted(const std::string &device) const {
    auto *bytes = storage_.content(device);
    return bytes && std::ranges::any_of(bytes->extents(), [&](const DeviceExtent &extent) {
               return std::ranges::find(storage_.opened, extent.below) != storage_.opened.end();
           });
}

Outcome<Session::Fields> Session::trim() {
    // What cannot be trimmed stays as it is; what was changed and cannot be trusted is found by unmount_all().
    for (auto &mounted : mounted_)
        if (!mounted.read_only && !is_encrypted(mounted.device))
            if (auto done = mounted.system->trim(); !done && done.error().error != EROFS)
                return std::unexpected(std::move(done).error());
    for (const auto &device : storage_.devices)
        if (auto *bytes = device.type == "swap" && !device.uuid.empty() && !is_encrypted(device.name)
                              ? storage_.content(device.name)
                              : nullptr)
            H2K_CHECK(from_disk(empty_swap(*bytes)));
    return Fields{};
}

} // namespace h2k
