// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/lane.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/direct/checks/checks.h"
#include "convert/direct/file_calls.h"
#include "convert/direct/wire/devices.h"
#include "convert/guest/files/files.h"
#include "convert/guest/mounted_guest.h"
#include "convert/guest/unmounted_guest.h"
#include <algorithm>
#include <utility>

namespace h2k {

namespace {

class DirectLane final : public Lane {
  public:
    DirectLane(ServedGuest guest, FsLink link) : guest_(std::move(guest)), link_(std::move(link)) {}

    Result<> start();
    Result<std::vector<BlockDevice>> devices() const override { return devices_; }
    Result<std::optional<std::string>> read_on(const std::string &device, const std::string &path) const override;
    Result<std::vector<std::string>> list_on(const std::string &device, const std::string &glob) const override;
    Result<std::vector<std::string>> first_sectors() const override;
    Result<> open_encrypted(const std::vector<DiskKey> &keys, Notices &notices) override;
    Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &mounts, Notices &notices) override;
    Result<> trim() override;
    Result<Notices> check_filesystems() override;
    Result<> close() override;

  private:
    Result<std::vector<BlockDevice>> find_devices() const;
    Result<PartOfDisks> part_of(const std::string &device) const;
    Result<bool> replay_journals();
    Result<bool> can_read(const std::string &device) const;
    Result<> unmount_all() const;

    ServedGuest guest_;
    mutable FsLink link_;
    std::vector<BlockDevice> devices_;
    std::vector<Mount> mounts_;       ///< what mount() mounted
    mutable std::string read_device_; ///< the device that read_on() left mounted
};

Result<std::vector<BlockDevice>> DirectLane::find_devices() const {
    std::vector<BlockDevice> found;
    for (const auto &field : H2K_TRY(link_.request(FsCall::devices, {})))
        found.push_back(H2K_TRY(device_from(field)));
    return found;
}

Result<PartOfDisks> DirectLane::part_of(const std::string &device) const {
    const auto fields = H2K_TRY(link_.request(FsCall::extents, {device}));
    PartOfDisks part{.name = device, .sockets = guest_.sockets, .runs = {}};
    for (std::size_t i = 0; i + 2 < fields.size(); i += 3) {
        const auto disk = parse_number<unsigned>(fields[i], 0, static_cast<unsigned>(guest_.sockets.size()) - 1);
        const auto offset = parse_number(fields[i + 1], 0, G_MAXINT64),
                   length = parse_number(fields[i + 2], 0, G_MAXINT64);
        if (!disk || !offset || !length)
            return malformed_reply();
        part.runs.push_back({.disk = *disk, .offset = *offset, .length = *length});
    }
    return part;
}

/// True: the program saw disks that are now different.
Result<bool> DirectLane::replay_journals() {
    std::vector<PartOfDisks> parts;
    for (const auto &device : devices_) {
        if (!is_ext(device))
            continue;
        const auto reply = H2K_TRY(link_.request(FsCall::needs_replay, {device.name}));
        if (reply == std::vector<std::string>{"1"})
            parts.push_back(H2K_TRY(part_of(device.name)));
    }
    if (parts.empty())
        return false;
    H2K_CHECK(link_.finish());
    for (const auto &part : parts)
        H2K_CHECK(replay_journal(part, link_.cancel()));
    return true;
}

Result<> DirectLane::start() {
    devices_ = H2K_TRY(find_devices());
    if (!H2K_TRY(replay_journals()))
        return {};
    link_ = H2K_TRY(FsLink::start(guest_, link_.cancel()));
    devices_ = H2K_TRY(find_devices());
    return {};
}

Result<std::vector<std::string>> DirectLane::first_sectors() const { return link_.request(FsCall::first_sectors, {}); }

Result<> DirectLane::open_encrypted(const std::vector<DiskKey> &, Notices &) {
    return fail(H2K_ERROR_FAILED, "%s", _("Encrypted devices are opened in the appliance."));
}

Result<> DirectLane::unmount_all() const {
    read_device_.clear();
    H2K_CHECK(link_.request(FsCall::unmount_all, {}, FsLink::long_work));
    return {};
}

/// Mounts @device alone, read-only, where it is one of ours that may have a file system.
Result<bool> DirectLane::can_read(const std::string &device) const {
    if (!mounts_.empty())
        return fail(H2K_ERROR_FAILED, "%s", _("The guest is mounted already."));
    const auto known = std::ranges::find(devices_, device, &BlockDevice::name);
    if (known == devices_.end() || !may_have_files(*known))
        return false;
    if (read_device_ == device)
        return true;
    H2K_CHECK(unmount_all());
    H2K_CHECK(link_.request(FsCall::mount, {device, "/", "1"}));
    read_device_ = device;
    return true;
}

Result<std::optional<std::string>> DirectLane::read_on(const std::string &device, const std::string &path) const {
    if (!H2K_TRY(can_read(device)))
        return std::nullopt;
    return read_regular(*direct_calls(link_), path);
}

Result<std::vector<std::string>> DirectLane::list_on(const std::string &device, const std::string &glob) const {
    if (!H2K_TRY(can_read(device)))
        return std::vector<std::string>{};
    return list_paths(*direct_calls(link_), glob);
}

Result<std::unique_ptr<Guest>> DirectLane::mount(const std::vector<Mount> &mounts, Notices &) {
    H2K_CHECK(unmount_all());
    mounts_.clear();
    if (mounts.empty())
        return unmounted_guest();
    for (const auto &at : mounts)
        H2K_CHECK(link_.request(FsCall::mount, {at.device, at.path, "0"}));
    mounts_ = mounts;
    return mounted_guest(direct_calls(link_));
}

Result<> DirectLane::trim() {
    if (mounts_.empty())
        return {}; // what the guest does with its disks is not known
    H2K_CHECK(link_.request(FsCall::trim, {}, FsLink::long_work));
    return {};
}

/// Here damage is a failure: it may be ours, and another lane shows whether it was there before.
Result<Notices> DirectLane::check_filesystems() {
    H2K_CHECK(unmount_all());
    std::vector<PartToCheck> parts;
    for (const auto &mount : std::exchange(mounts_, {})) {
        const auto device = std::ranges::find(devices_, mount.device, &BlockDevice::name);
        if (device != devices_.end())
            parts.push_back({.part = H2K_TRY(part_of(mount.device)), .check = is_ext(*device) ? check_ext : check_fat});
    }
    H2K_CHECK(check_all(parts, link_.cancel()));
    return Notices{};
}

Result<> DirectLane::close() {
    H2K_CHECK(unmount_all());
    mounts_.clear();
    return link_.finish();
}

} // namespace

Result<std::unique_ptr<Lane>> open_direct_lane(const ServedGuest &guest, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    auto lane = std::make_unique<DirectLane>(guest, H2K_TRY(FsLink::start(guest, cancel)));
    H2K_CHECK(lane->start());
    return lane;
}

} // namespace h2k
