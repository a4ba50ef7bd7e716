// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/encrypted.h"
#include "convert/appliance/storage/block_device.h"
#include "convert/appliance/storage/volumes.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

/// Each costs a second or two, a minute without KVM.
constexpr std::size_t most_opened = 32;

class Opening {
  public:
    Opening(const Handle &handle, std::vector<BlockDevice> &devices, std::span<const DiskKey> keys, Notices &notices)
        : handle_(handle), devices_(devices), keys_(keys), notices_(notices) {}
    Result<std::vector<std::string>> run();

  private:
    Result<> open(std::size_t at);
    bool is_meant(const DiskKey &key, const BlockDevice &device) const;
    std::string new_name(const BlockDevice &device) const;
    void warn_of_unused();

    const Handle &handle_;
    std::vector<BlockDevice> &devices_;
    std::span<const DiskKey> keys_;
    Notices &notices_;
    std::vector<std::string> mappings_;
    std::set<const DiskKey *> used_;
};

bool Opening::is_meant(const DiskKey &key, const BlockDevice &device) const {
    return key.selector == "all" || (!device.uuid.empty() && lower(key.selector) == lower(device.uuid)) ||
           find_device(devices_, key.selector) == &device;
}

/// As systemd names what no crypttab names: systemd-cryptsetup-generator(8).
std::string Opening::new_name(const BlockDevice &device) const {
    const bool plain = !device.uuid.empty() && device.uuid.size() <= 40 &&
                       std::ranges::all_of(device.uuid, [](char c) { return g_ascii_isxdigit(c) || c == '-'; });
    const auto name = "luks-" + device.uuid;
    if (plain && !device_named(devices_, "/dev/mapper/" + name))
        return name;
    return "h2k-luks-" + std::to_string(mappings_.size()); // a clone has its twin's UUID
}

Result<> Opening::open(std::size_t at) {
    const auto container = devices_[at]; // what is added moves the others
    const auto name = new_name(container);
    for (const auto &key : keys_) {
        if (!is_meant(key, devices_[at]))
            continue;
        used_.insert(&key);
        const struct guestfs_cryptsetup_open_argv options{};
        if (guestfs_cryptsetup_open_argv(handle_.call(&CallLimits::work), container.name.c_str(), key.secret.c_str(),
                                         name.c_str(), &options) == 0) {
            devices_[at].lock = Lock::open;
            mappings_.push_back("/dev/mapper/" + name);
            auto inside = H2K_TRY(look_up(handle_, mappings_.back()));
            inside.disk = container.disk;
            inside.below = {container.name};
            devices_.push_back(std::move(inside));
            return {};
        }
        if (!handle_.alive())
            return handle_.failed(sentence(_("Opening %s"), container.name.c_str()));
        devices_[at].lock = Lock::wrong_key;
        notices_.warn("guest.wrong-key", sentence(_("The key for “%s” does not open %s: %s"), key.selector.c_str(),
                                                  container.name.c_str(), handle_.last_error().c_str()));
    }
    return {};
}

void Opening::warn_of_unused() {
    for (const auto &key : keys_)
        if (key.selector != "all" && !used_.contains(&key))
            notices_.warn("guest.unused-key",
                          sentence(_("The guest has no encrypted volume “%s”; its key was not used."),
                                   printable(key.selector).c_str()));
}

Result<std::vector<std::string>> Opening::run() {
    for (std::size_t at = 0; at < devices_.size(); ++at) {
        if (devices_[at].lock != Lock::closed || devices_[at].type != "crypto_LUKS" || mappings_.size() == most_opened)
            continue;
        const auto before = devices_.size();
        H2K_CHECK(open(at));
        if (devices_.size() > before && devices_.back().type == "LVM2_member") {
            if (guestfs_lvm_scan(handle_.call(), 1) < 0)
                return handle_.failed(_("Looking for logical volumes"));
            H2K_CHECK(add_assembled(handle_, devices_)); // at the end, so that the loop comes to them
        }
    }
    warn_of_unused();
    return std::move(mappings_);
}

} // namespace

Result<std::vector<std::string>> open_encrypted(const Handle &handle, std::vector<BlockDevice> &devices,
                                                std::span<const DiskKey> keys, Notices &notices) {
    return Opening{handle, devices, keys, notices}.run();
}

void close_encrypted(const Handle &handle, const std::vector<std::string> &mappings) {
    if (mappings.empty() || guestfs_vg_activate_all(handle.call(), 0) < 0)
        return;
    for (auto at = mappings.rbegin(); at != mappings.rend(); ++at)
        guestfs_cryptsetup_close(handle.call(), at->c_str());
}

} // namespace h2k
