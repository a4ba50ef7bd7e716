// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/device_opener.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

/// Each costs a second or two, in an appliance without KVM a minute.
constexpr std::size_t most_opened = 32;

class Opening {
  public:
    Opening(std::vector<BlockDevice> &devices, std::span<const DiskKey> keys, DeviceOpener &opener, Notices &notices)
        : devices_(devices), keys_(keys), opener_(opener), notices_(notices) {}
    Result<> run();

  private:
    Result<> open(std::size_t at);
    bool is_meant(const DiskKey &key, const BlockDevice &device) const;
    std::string new_name(const BlockDevice &device) const;
    void warn_of_unused();

    std::vector<BlockDevice> &devices_;
    std::span<const DiskKey> keys_;
    DeviceOpener &opener_;
    Notices &notices_;
    std::size_t opened_ = 0;
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
    const auto name = "/dev/mapper/luks-" + device.uuid;
    if (plain && !device_named(devices_, name))
        return name;
    return "/dev/mapper/h2k-luks-" + std::to_string(opened_); // a clone has its twin's UUID
}

Result<> Opening::open(std::size_t at) {
    const auto container = devices_[at]; // what is added moves the others
    const auto name = new_name(container);
    for (const auto &key : keys_) {
        if (!is_meant(key, devices_[at]))
            continue;
        used_.insert(&key);
        const auto why = H2K_TRY(opener_.open(container, name, key));
        if (why.empty()) {
            devices_[at].lock = Lock::open;
            ++opened_;
            return opener_.add(container, name, devices_);
        }
        devices_[at].lock = Lock::wrong_key;
        notices_.warn("guest.wrong-key", sentence(_("The key for “%s” does not open %s: %s"), key.selector.c_str(),
                                                  container.name.c_str(), why.c_str()));
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

Result<> Opening::run() {
    for (std::size_t at = 0; at < devices_.size(); ++at) // what is added comes at the end, so that the loop gets there
        if (devices_[at].lock == Lock::closed && devices_[at].type == "crypto_LUKS" && opened_ < most_opened)
            H2K_CHECK(open(at));
    warn_of_unused();
    return {};
}

} // namespace

DeviceOpener::~DeviceOpener() = default;

Result<> open_with_keys(std::vector<BlockDevice> &devices, std::span<const DiskKey> keys, DeviceOpener &opener,
                        Notices &notices) {
    return Opening{devices, keys, opener, notices}.run();
}

} // namespace h2k
