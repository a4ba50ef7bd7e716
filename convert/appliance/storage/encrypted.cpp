// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/encrypted.h"
#include "convert/appliance/storage/block_device.h"
#include "convert/appliance/storage/volumes.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/device_opener.h"

namespace h2k {

namespace {

class Mappings final : public DeviceOpener {
  public:
    explicit Mappings(const Handle &handle) : handle_(handle) {}
    Result<std::string> open(const BlockDevice &container, const std::string &name, const DiskKey &key) override;
    Result<> add(const BlockDevice &container, const std::string &name, std::vector<BlockDevice> &devices) override;

    std::vector<std::string> all; ///< in the order of opening

  private:
    const Handle &handle_;
};

Result<std::string> Mappings::open(const BlockDevice &container, const std::string &name, const DiskKey &key) {
    const struct guestfs_cryptsetup_open_argv options{};
    if (guestfs_cryptsetup_open_argv(handle_.call(&CallLimits::work), container.name.c_str(), key.secret.c_str(),
                                     base_name(name).c_str(), &options) == 0) {
        all.push_back(name);
        return std::string{};
    }
    if (!handle_.alive())
        return handle_.failed(sentence(_("Opening %s"), container.name.c_str()));
    return handle_.last_error();
}

Result<> Mappings::add(const BlockDevice &container, const std::string &name, std::vector<BlockDevice> &devices) {
    auto inside = H2K_TRY(look_up(handle_, name));
    inside.disk = container.disk;
    inside.below = {container.name};
    devices.push_back(std::move(inside));
    if (devices.back().type != "LVM2_member")
        return {};
    if (guestfs_lvm_scan(handle_.call(), 1) < 0)
        return handle_.failed(_("Looking for logical volumes"));
    return add_assembled(handle_, devices);
}

} // namespace

Result<std::vector<std::string>> open_encrypted(const Handle &handle, std::vector<BlockDevice> &devices,
                                                std::span<const DiskKey> keys, Notices &notices) {
    Mappings mappings{handle};
    H2K_CHECK(open_with_keys(devices, keys, mappings, notices));
    return std::move(mappings.all);
}

void close_encrypted(const Handle &handle, const std::vector<std::string> &mappings) {
    if (mappings.empty() || guestfs_vg_activate_all(handle.call(), 0) < 0)
        return;
    for (auto at = mappings.rbegin(); at != mappings.rend(); ++at)
        guestfs_cryptsetup_close(handle.call(), at->c_str());
}

} // namespace h2k
