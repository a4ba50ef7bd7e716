// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/image/image.h"
#include "convert/pipeline/job.h"
#include <algorithm>
#include <sys/stat.h>

namespace h2k {

namespace {

/// Lets QEMU's own account read images that lie in the job's private folder, as long as the object lives.
class Readable {
  public:
    explicit Readable(std::vector<std::string> images) : images_(std::move(images)) { set(0644); }
    Readable(const Readable &) = delete;
    Readable &operator=(const Readable &) = delete;
    ~Readable() { set(0600); }

  private:
    void set(mode_t mode) const {
        for (const auto &image : images_) [[maybe_unused]]
            const int ignored = chmod(image.c_str(), mode);
    }
    std::vector<std::string> images_;
};

} // namespace

/// Writes the probe into the throw-away overlays; only the root file system is needed for that.
Result<> Job::put_probe(const std::vector<Disk> &disks, const std::vector<Change> &changes) {
    std::vector<Appliance::Drive> drives;
    for (const auto &disk : disks)
        drives.push_back({.path = disk.top.path, .format = disk.top.format, .readonly = false});
    const auto appliance = H2K_TRY(tools_.launch(drives, tools_.kvm_works(), cancel_));
    auto mounts = report_.plan->guest.mounts;
    std::erase_if(mounts, [](const Mount &mount) { return mount.path != "/"; });
    std::vector<std::string> warnings; // said when the guest was inspected
    if (!wish_.keys.empty())
        H2K_CHECK(appliance->open_encrypted(wish_.keys, warnings));
    auto guest = H2K_TRY(appliance->mount(mounts, warnings));
    for (const auto &change : changes)
        H2K_CHECK(guest->apply(change));
    guest.reset();
    return appliance->close();
}

/// The source's disks as libvirt can open them: where they are, or collapsed into a copy where only qemu itself could.
Result<std::vector<Disk>> Job::bootable_source() {
    auto disks = report_.carry->source.disks;
    for (std::size_t i = 0; i < disks.size(); ++i) {
        if (stands_by_path(disks[i]))
            continue;
        const auto tell = [&](double part) { progress_->step(name_of(Stage::validate), part, ""); };
        H2K_CHECK(tools_.convert({.from = overlay(i), .to = made(i)}, tell, cancel_));
        disks[i].top = {.path = made(i), .format = DiskFormat::qcow2, .bytes = disks[i].top.bytes};
        disks[i].files = {made(i)};
        disks[i].below.clear();
    }
    return disks;
}

Result<> Job::test_boot(const std::vector<Disk> &images) {
    const bool imported = report_.action == Action::import;
    BootTestOrder order;
    order.domain = domain_spec();
    order.domain.machine.disks = images;
    order.domain.machine.seed_iso.reset(); // its work is for the real first start
    order.domain.machine.tpm = false;      // not part of the proof, and needs a program that may not be there
    order.mode = wish_.boot_test;
    order.init = report_.plan->guest.init;
    order.first_boot = first_boot_;
    order.timeout = wish_.boot_timeout;
    order.use_kvm = tools_.kvm_works();
    order.keys = wish_.keys;
    order.work = work_->file("boot");
    H2K_CHECK(make_folder(order.work, 0700));
    order.evidence = folder_.empty() ? work_->path() : folder_;
    order.prepare = [this](const std::vector<Disk> &overlays, const std::vector<Change> &changes) {
        return measured([&] { return put_probe(overlays, changes); },
                        [this](double s) { timed(Stage::validate, "probe", s); });
    };
    std::vector<std::string> ours;
    for (const auto &image : images)
        if (folder_of(image.top.path) == work_->path())
            ours.push_back(image.top.path);
    const Readable opened{std::move(ours)};
    auto boot = measured([&] { return tools_.boot_test(order, *progress_, cancel_); },
                         [this](double seconds) { timed(Stage::validate, "boot_test", seconds); });
    if (!boot && (!imported || boot.error().is(H2K_ERROR_CANCELLED)))
        return std::unexpected(std::move(boot).error());
    if (!boot) {
        report_.boot.emplace().method = name_of(wish_.boot_test);
        report_.boot->why = boot.error().message();
    } else {
        report_.boot = *std::move(boot);
    }
    for (const auto &[type, path] :
         {std::pair{"serial_log", report_.boot->serial_log}, {"screenshot", report_.boot->screenshot}})
        if (!path.empty())
            report_.artifacts.push_back({.type = type, .path = path, .format = {}, .bytes = 0, .virtual_size = 0});
    for (const auto &unit : report_.boot->failed_units)
        warn(Stage::validate, sentence(_("The unit %s failed in the guest."), unit.c_str()));
    if (report_.boot->proven)
        return {};
    return fail(H2K_ERROR_NOT_PROVEN,
                imported ? _("The guest was converted, but its boot is not proven: %s")
                         : _("The boot is not proven: %s"),
                report_.boot->why.c_str());
}

} // namespace h2k
