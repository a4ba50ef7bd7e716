// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/appliance.h"
#include "convert/appliance/file_calls.h"
#include "convert/appliance/handle.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/storage/devices.h"
#include "convert/appliance/storage/encrypted.h"
#include "convert/appliance/storage/filesystems.h"
#include "convert/appliance/warm/start.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/guest/files/files.h"
#include "convert/guest/mounted_guest.h"
#include "convert/guest/unmounted_guest.h"
#include <algorithm>

namespace h2k {

namespace {

class LibguestfsAppliance final : public Appliance {
  public:
    ~LibguestfsAppliance() override = default;

    Result<> start(const Order &order, Notices &notices, GCancellable *cancel);
    Result<std::vector<BlockDevice>> devices() const override;
    Result<std::optional<std::string>> read_on(const std::string &device, const std::string &path) const override;
    Result<std::vector<std::string>> list_on(const std::string &device, const std::string &glob) const override;
    Result<std::vector<std::string>> first_sectors() const override;
    Result<> open_encrypted(const std::vector<DiskKey> &keys, Notices &notices) override;
    Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &mounts, Notices &notices) override;
    Result<> trim() override;
    Result<Notices> check_filesystems() override;
    Result<> close() override;

  private:
    Result<> boot(const Order &order, Notices &notices, GCancellable *cancel);
    Result<bool> mount_to_read(const std::string &device) const;
    Result<bool> can_read(const std::string &device) const;
    Result<> unmount_all() const;
    Result<> require_written() const;

    std::unique_ptr<WorkFolder> folder_; ///< QEMU's, which ends with the handle
    std::unique_ptr<Handle> handle_;
    std::vector<Mount> mounts_;                               ///< what mount() mounted
    mutable std::optional<std::vector<BlockDevice>> devices_; ///< partitions do not change meanwhile
    std::vector<std::string> mappings_;                       ///< of what was opened
    mutable std::string read_device_;                         ///< the device that read_on() left mounted
};

/// Options that say which part of a file system is meant; all others concern the running guest alone.
std::string essential_options(const std::string &options) {
    std::vector<std::string> kept;
    for (auto &option : split(options, ','))
        if (option.starts_with("subvol=") || option.starts_with("subvolid="))
            kept.push_back(std::move(option));
    return join(kept, ",");
}

Result<> LibguestfsAppliance::start(const Order &order, Notices &notices, GCancellable *cancel) {
    WarmAppliance warm;
    if (!order.use_kvm)
        warm = H2K_TRY(start_warm(order, notices, cancel));
    if (!warm.handle)
        return boot(order, notices, cancel);
    folder_ = std::move(warm.folder);
    handle_ = std::move(warm.handle);
    return {};
}

Result<> LibguestfsAppliance::boot(const Order &order, Notices &notices, GCancellable *cancel) {
    handle_ = H2K_TRY(Handle::create(cancel, {.program = order.longest_program}));
    folder_ = H2K_TRY(set_up_hypervisor(*handle_, order.use_kvm, notices));
    H2K_CHECK(add_disks(*handle_, order.disks, order.sector_bytes));
    return handle_->launch();
}

Result<std::vector<BlockDevice>> LibguestfsAppliance::devices() const {
    if (!devices_)
        devices_ = H2K_TRY(list_devices(*handle_));
    return *devices_;
}

Result<std::vector<std::string>> LibguestfsAppliance::first_sectors() const {
    constexpr int size = 512;
    const Owned<char *> disks{guestfs_list_devices(handle_->call())};
    if (!disks)
        return handle_->failed(_("Listing the guest's disks"));
    std::vector<std::string> sectors;
    for (const auto &disk : strings_of(disks.get())) {
        std::size_t read = 0;
        const Owned<char> bytes{guestfs_pread_device(handle_->call(), disk.c_str(), size, 0, &read)};
        if (!bytes)
            return handle_->failed(_("Reading the first sector of a disk"));
        sectors.emplace_back(bytes.get(), read);
    }
    return sectors;
}

Result<> LibguestfsAppliance::open_encrypted(const std::vector<DiskKey> &keys, Notices &notices) {
    auto all = H2K_TRY(devices());
    auto opened = H2K_TRY(h2k::open_encrypted(*handle_, all, keys, notices));
    mappings_.insert(mappings_.end(), opened.begin(), opened.end());
    devices_ = std::move(all);
    return {};
}

Result<> LibguestfsAppliance::unmount_all() const {
    read_device_.clear();
    if (guestfs_umount_all(handle_->call(&CallLimits::work)) < 0)
        return handle_->failed(_("Unmounting the guest's file systems"));
    return {};
}

/// Mounts @device alone, read-only; false where it has nothing that can be mounted.
Result<bool> LibguestfsAppliance::mount_to_read(const std::string &device) const {
    if (read_device_ == device)
        return true;
    H2K_CHECK(unmount_all());
    // "ro" lets the journal of a crashed guest be replayed into the overlay; what follows leaves it alone, for disks
    // that are read-only.
    for (const char *options : {"ro", "ro,noload", "ro,norecovery"}) {
        if (guestfs_mount_options(handle_->call(&CallLimits::work), options, device.c_str(), "/") == 0) {
            read_device_ = device;
            return true;
        }
        if (!handle_->alive())
            return handle_->failed(_("Mounting a file system"));
    }
    return false;
}

/// As mount_to_read(), where it is one of ours that may have a file system.
Result<bool> LibguestfsAppliance::can_read(const std::string &device) const {
    if (!mounts_.empty())
        return fail(H2K_ERROR_FAILED, "%s", _("The guest is mounted already."));
    const auto all = H2K_TRY(devices());
    const auto known = std::ranges::find(all, device, &BlockDevice::name);
    if (known == all.end() || !may_have_files(*known))
        return false;
    return mount_to_read(device);
}

Result<std::optional<std::string>> LibguestfsAppliance::read_on(const std::string &device,
                                                                const std::string &path) const {
    if (!H2K_TRY(can_read(device)))
        return std::nullopt;
    return read_regular(*appliance_calls(*handle_), path);
}

Result<std::vector<std::string>> LibguestfsAppliance::list_on(const std::string &device,
                                                              const std::string &glob) const {
    if (!H2K_TRY(can_read(device)))
        return std::vector<std::string>{};
    return list_paths(*appliance_calls(*handle_), glob);
}

Result<std::unique_ptr<Guest>> LibguestfsAppliance::mount(const std::vector<Mount> &mounts, Notices &notices) {
    H2K_CHECK(unmount_all());
    mounts_.clear();
    if (mounts.empty())
        return unmounted_guest();
    for (const auto &at : mounts) {
        if (guestfs_mount_options(handle_->call(&CallLimits::work), essential_options(at.options).c_str(),
                                  at.device.c_str(), at.path.c_str()) == 0) {
            mounts_.push_back(at);
            continue;
        }
        if (at.path == "/" || !handle_->alive())
            return handle_->failed(sentence(_("Mounting %s on %s"), at.device.c_str(), at.path.c_str()));
        notices.warn("guest.mount-failed", sentence(_("%s could not be mounted on %s and was left out: %s."),
                                                    at.device.c_str(), at.path.c_str(), handle_->last_error().c_str()));
    }
    if (mounts_.empty() || mounts_.front().path != "/")
        return fail(H2K_ERROR_FAILED, "%s", _("The guest has no root file system to mount."));
    return mounted_guest(appliance_calls(*handle_));
}

Result<> LibguestfsAppliance::trim() {
    if (mounts_.empty())
        return {}; // what the guest does with its disks is not known
    return trim_all(*handle_, mounts_, H2K_TRY(devices()));
}

Result<Notices> LibguestfsAppliance::check_filesystems() {
    H2K_CHECK(unmount_all());
    const auto mounts = std::exchange(mounts_, {});
    return check_all(*handle_, mounts, H2K_TRY(devices()));
}

/// A write that failed long after its call succeeded is reported by the kernel alone: on the console, and in its log.
/// A guest's program that silences the one and clears the other hides it, from its own guest's import.
Result<> LibguestfsAppliance::require_written() const {
    const Owned<char> log{guestfs_dmesg(handle_->call())};
    if (!log)
        return handle_->failed(_("Reading the appliance's kernel log"));
    auto error = handle_->write_error();
    for (const auto &line : lines(log.get()))
        if (error.empty() && is_write_error(line))
            error = last_words(line);
    if (!error.empty())
        return fail(H2K_ERROR_FAILED, _("A write to the guest's disk failed: %s"), error.c_str());
    return {};
}

Result<> LibguestfsAppliance::close() {
    H2K_CHECK(unmount_all());
    mounts_.clear();
    if (guestfs_sync(handle_->call(&CallLimits::work)) < 0)
        return handle_->failed(_("Closing the appliance"));
    close_encrypted(*handle_, mappings_);
    H2K_CHECK(require_written());
    if (guestfs_shutdown(handle_->call(&CallLimits::work)) < 0)
        return handle_->failed(_("Closing the appliance"));
    return {};
}

} // namespace

Result<std::unique_ptr<Appliance>> Appliance::launch(const Order &order, Notices &notices, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    auto appliance = std::make_unique<LibguestfsAppliance>();
    H2K_CHECK(appliance->start(order, notices, cancel));
    return appliance;
}

} // namespace h2k
