// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/devices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/direct/program/lvm/volumes.h"
#include "convert/direct/program/partitions.h"
#include "convert/direct/program/tags.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// "/dev/sda" … "/dev/sdz", "/dev/sdaa" …: as Linux names SCSI disks.
std::string disk_name(std::size_t index) {
    std::string letters;
    for (auto rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('a' + (rest - 1) % 26));
    return "/dev/sd" + letters;
}

/// Why a device of that type needs another lane; empty: it does not.  All others are listed, and whether they can be
/// mounted is seen then.
std::string reason_against(const BlockDevice &device) {
    const auto &type = device.type;
    const auto *name = device.name.c_str();
    if (type.ends_with("_raid_member"))
        return sentence(_("%s is a part of a RAID set"), name);
    constexpr auto layers =
        std::to_array<std::string_view>({"bcache", "DM_snapshot_cow", "DM_verity_hash", "DM_integrity", "drbd",
                                         "LVM1_member", "stratis", "vdo", "zfs_member"});
    if (std::ranges::find(layers, type) != layers.end())
        return sentence(_("%s holds %s"), name, type.c_str());
    return {};
}

void describe(BlockDevice &device, Tags tags) {
    device.type = std::move(tags.type);
    device.uuid = std::move(tags.uuid);
    device.label = std::move(tags.label);
    if (device.type == "crypto_LUKS" || device.type == "BitLocker")
        device.lock = Lock::closed;
}

/// Looks for what the appliance lists, in its order.
class Survey {
  public:
    Survey(const std::vector<std::unique_ptr<Bytes>> &disks, const std::vector<unsigned> &sector_bytes, Sample sample)
        : disks_(disks), sector_bytes_(sector_bytes), sample_(std::move(sample)) {}
    [[nodiscard]] Result<> run(const std::vector<OpenedVolume> &opened);

    std::vector<BlockDevice> all;
    std::map<std::string, std::unique_ptr<Bytes>> content;
    std::string unfit;

  private:
    [[nodiscard]] Result<> add_partitions(std::size_t disk);
    [[nodiscard]] Result<> add_partition(std::size_t disk, const Partition &partition);
    [[nodiscard]] Result<> add_whole_disk(std::size_t disk);
    [[nodiscard]] Result<> add_opened(const OpenedVolume &opened);
    [[nodiscard]] Result<> add_volume(Volume volume);
    [[nodiscard]] Result<> add_volumes();
    [[nodiscard]] Result<bool> look_at(BlockDevice &device, Bytes &bytes, DeviceKind kind);
    void add(BlockDevice device, std::unique_ptr<Bytes> bytes);
    void refuse(const std::string &reason) {
        if (unfit.empty())
            unfit = reason;
    }

    const std::vector<std::unique_ptr<Bytes>> &disks_;
    const std::vector<unsigned> &sector_bytes_;
    Sample sample_;
    std::vector<std::size_t> unpartitioned_;
};

void Survey::add(BlockDevice device, std::unique_ptr<Bytes> bytes) {
    refuse(reason_against(device));
    content[device.name] = std::move(bytes);
    all.push_back(std::move(device));
}

/// Fills in what is on @device; false: blkid would say nothing of it, not even what its partition table says.
Result<bool> Survey::look_at(BlockDevice &device, Bytes &bytes, DeviceKind kind) {
    H2K_CHECK(sample_.take(bytes));
    if (needs_more(sample_.start()))
        refuse(
            sentence(_("%s may hold a file system that is not recognised without an appliance"), device.name.c_str()));
    auto tags = H2K_TRY(read_tags(bytes, sample_, sector_bytes_[device.disk], kind));
    const bool ambivalent = tags.ambivalent;
    describe(device, std::move(tags));
    return !ambivalent;
}

Result<> Survey::add_partition(std::size_t disk, const Partition &partition) {
    BlockDevice device{.name = disk_name(disk) + std::to_string(partition.number),
                       .partuuid = partition.uuid,
                       .partlabel = partition.name,
                       .parttype = partition.type,
                       .disk = static_cast<unsigned>(disk),
                       .partition = partition.number,
                       .bytes = partition.bytes};
    auto bytes = join_extents({{disks_[disk].get(), partition.offset, partition.content}});
    if (!H2K_TRY(look_at(device, *bytes, DeviceKind::partition)))
        device = {.name = device.name, .disk = device.disk};
    add(std::move(device), std::move(bytes));
    return {};
}

Result<> Survey::add_partitions(std::size_t disk) {
    H2K_CHECK(sample_.take(*disks_[disk]));
    const auto table = H2K_TRY(read_partitions(*disks_[disk], sample_, sector_bytes_[disk], disk_name(disk)));
    refuse(table.unfit);
    if (table.partitions.empty()) {
        unpartitioned_.push_back(disk);
        return {};
    }
    // A set of whole disks has its partitions on each of them.
    BlockDevice whole{.name = disk_name(disk)};
    describe(whole, H2K_TRY(read_tags(*disks_[disk], sample_, sector_bytes_[disk], DeviceKind::disk)));
    if (whole.type.ends_with("_raid_member"))
        refuse(reason_against(whole));
    for (const auto &partition : table.partitions)
        H2K_CHECK(add_partition(disk, partition));
    return {};
}

Result<> Survey::add_whole_disk(std::size_t disk) {
    auto &bytes = *disks_[disk];
    BlockDevice device{.name = disk_name(disk), .disk = static_cast<unsigned>(disk), .bytes = bytes.size()};
    H2K_TRY(look_at(device, bytes, DeviceKind::disk));
    if (!device.type.empty())
        add(std::move(device), join_extents({{&bytes, 0, bytes.size()}}));
    return {};
}

Result<> Survey::add_opened(const OpenedVolume &opened) {
    const auto *container = device_named(all, opened.container);
    if (!container || device_named(all, opened.name) || opened.bytes->size() >= container->bytes) {
        refuse(sentence(_("%s does not lie in %s"), opened.name.c_str(), opened.container.c_str()));
        return {};
    }
    BlockDevice device{
        .name = opened.name, .disk = container->disk, .bytes = opened.bytes->size(), .below = {opened.container}};
    std::ranges::find(all, opened.container, &BlockDevice::name)->lock = Lock::open;
    H2K_TRY(look_at(device, *opened.bytes, DeviceKind::volume));
    add(std::move(device), join_extents({{opened.bytes, 0, opened.bytes->size()}}));
    return {};
}

Result<> Survey::add_volume(Volume volume) {
    BlockDevice device{.name = volume.name, .below = volume.below};
    device.disk = device_named(all, device.below.front())->disk;
    for (const auto &name : device.below)
        device.disk = std::min(device.disk, device_named(all, name)->disk);
    auto bytes = join_extents(std::move(volume.extents));
    device.bytes = bytes->size();
    H2K_TRY(look_at(device, *bytes, DeviceKind::volume));
    add(std::move(device), std::move(bytes));
    return {};
}

/// Those that are complete and not there yet.
Result<> Survey::add_volumes() {
    std::vector<Member> members;
    for (const auto &device : all)
        if (device.type == "LVM2_member")
            members.push_back({.name = device.name, .bytes = content[device.name].get()});
    auto found = H2K_TRY(find_volumes(members));
    refuse(found.unfit);
    for (auto &volume : found.volumes)
        if (!device_named(all, volume.name))
            H2K_CHECK(add_volume(std::move(volume)));
    return {};
}

Result<> Survey::run(const std::vector<OpenedVolume> &opened) {
    for (std::size_t disk = 0; disk < disks_.size(); ++disk) {
        const auto sector = sector_bytes_[disk];
        if (sector == 512 || sector == 4096)
            H2K_CHECK(add_partitions(disk));
        else
            refuse(sentence(_("%s has sectors of %u bytes"), disk_name(disk).c_str(), sector));
    }
    for (const auto disk : unpartitioned_)
        H2K_CHECK(add_whole_disk(disk));
    if (unfit.empty())
        H2K_CHECK(add_volumes());
    for (std::size_t i = 0; i < opened.size() && unfit.empty(); ++i) {
        H2K_CHECK(add_opened(opened[i]));
        if (unfit.empty() && all.back().type == "LVM2_member")
            H2K_CHECK(add_volumes());
    }
    return {};
}

} // namespace

Result<Devices> Devices::find(const std::vector<std::unique_ptr<Bytes>> &disks,
                              const std::vector<unsigned> &sector_bytes, const std::vector<OpenedVolume> &opened) {
    if (disks.size() != sector_bytes.size())
        return fail(H2K_ERROR_FAILED, "%s", _("There is not a size of sectors for each disk."));
    Survey survey{disks, sector_bytes, H2K_TRY(Sample::make())};
    H2K_CHECK(survey.run(opened));
    Devices found;
    found.all_ = std::move(survey.all);
    found.content_ = std::move(survey.content);
    found.unfit_ = std::move(survey.unfit);
    return found;
}

Bytes *Devices::content(const std::string &name) const {
    const auto found = content_.find(name);
    return found == content_.end() ? nullptr : found->second.get();
}

} // namespace h2k
