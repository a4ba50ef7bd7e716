// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/pipeline/job.h"
#include "convert/pipeline/space.h"
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

/// The embedded driver of a private root keeps no domains beyond its process.
bool keeps_domains(const std::string &uri) { return !uri.starts_with("qemu:///embed"); }

} // namespace

Result<> Job::connect() {
    auto opened = open_connection(wish_.connect);
    if (!opened && wish_.pool.empty())
        return fail(H2K_ERROR_TARGET, _("%s; --no-define leaves the domain undefined and needs no libvirt."),
                    opened.error().message());
    connection_ = H2K_TRY(std::move(opened));
    return {};
}

Result<> Job::check_target() {
    Machine machine = report_.carry->source;
    for (auto &disk : machine.disks)
        disk.top.format = wish_.format;
    if (wants_seed_iso())
        machine.seed_iso.emplace();
    wish_.define = wish_.define && keeps_domains(wish_.connect);
    if (wish_.define || !wish_.pool.empty())
        H2K_CHECK(connect());
    if (wish_.define && H2K_TRY(domain_exists(connection_.get(), machine.name)))
        return fail(H2K_ERROR_TARGET, _("There is a domain “%s” already; choose another with --name."),
                    machine.name.c_str());
    if (auto &uuid = report_.carry->source.uuid;
        wish_.define && !uuid.empty() && H2K_TRY(uuid_is_taken(connection_.get(), uuid))) {
        warn(Stage::describe, _("There is a domain with the source's UUID already, so the new one gets another."));
        uuid.clear();
    }
    target_ =
        H2K_TRY(wish_.pool.empty() ? folder_target(wish_.output_dir) : pool_target(connection_.get(), wish_.pool));
    if (wish_.dry_run)
        return {};
    H2K_CHECK(target_->check(machine));
    if (const auto xml = wish_.output_dir + "/" + machine.name + ".xml"; !wish_.output_dir.empty() && path_exists(xml))
        return fail(H2K_ERROR_TARGET, _("“%s” exists already."), xml.c_str());
    return require_room(target_->work_parent(), report_.carry->source, wish_);
}

Result<> Job::validate() {
    if (report_.action == Action::boot_test) {
        guest_.reset();
        H2K_CHECK(appliance_->close());
        appliance_.reset();
        return test_boot(H2K_TRY(bootable_source()));
    }
    std::vector<Disk> images;
    const auto &disks = report_.plan->target.disks;
    for (std::size_t i = 0; i < disks.size(); ++i) {
        H2K_CHECK(tools_.check_image(made(i), disks[i].top.format, disks[i].top.bytes, cancel_));
        images.push_back(disks[i]);
        images.back().top.path = made(i);
        images.back().files = {made(i)};
    }
    auto boot = wish_.boot_test == BootTest::none ? Result<>{} : test_boot(images);
    if (!boot && !boot.error().is(H2K_ERROR_NOT_PROVEN))
        return boot;
    H2K_CHECK(publish_all());
    return boot;
}

DomainSpec Job::domain_spec() const {
    DomainSpec spec;
    spec.machine = report_.plan->target;
    spec.osinfo = report_.plan->osinfo;
    spec.virt_type = tools_.kvm_works() ? "kvm" : "qemu";
    spec.job = report_.job;
    spec.source = report_.sources.front();
    return spec;
}

Result<std::string> Job::draft_domain() const {
    auto spec = domain_spec();
    for (auto &disk : spec.machine.disks)
        disk.top.path = "/" + disk.id;
    if (spec.machine.seed_iso)
        spec.machine.seed_iso = "/cidata.iso";
    return domain_xml(spec);
}

Result<> Job::publish_all() {
    H2K_CHECK(check_cancelled(cancel_));
    auto &target = report_.plan->target;
    for (std::size_t i = 0; i < target.disks.size(); ++i)
        target.disks[i].top.path = target_->disk_path(target, i);
    if (target.seed_iso)
        target.seed_iso = target_->seed_iso_path(target);
    auto spec = domain_spec();
    if (spec.virt_type != "kvm")
        warn(Stage::validate, _("KVM does not work on this machine, so the domain is made for emulation (type qemu)."));
    Owned<char> uri{connection_ ? virConnectGetURI(connection_.get()) : nullptr};
    const std::string_view where{uri ? uri.get() : wish_.connect.c_str()};
    spec.user_network = where.contains("/session") || where.contains("/embed"); // these reach no libvirt network
    const auto xml = H2K_TRY(domain_xml(spec));
    H2K_CHECK(publish_disks());
    H2K_CHECK(publish_seed_iso());
    H2K_CHECK(publish_domain(xml));
    if (uri)
        report_.connection = uri.get();
    published_ = true;
    return {};
}

Result<> Job::publish_disks() {
    const auto &target = report_.plan->target;
    for (std::size_t i = 0; i < target.disks.size(); ++i) {
        H2K_CHECK(target_->publish(target, i, made(i), cancel_));
        journal_.published(target.disks[i].top.path);
        struct stat st{};
        const bool local = stat(target.disks[i].top.path.c_str(), &st) == 0;
        report_.artifacts.push_back({.type = "converted_image",
                                     .path = target.disks[i].top.path,
                                     .format = name_of(target.disks[i].top.format),
                                     .bytes = local ? static_cast<std::uint64_t>(st.st_blocks) * 512 : 0,
                                     .virtual_size = target.disks[i].top.bytes,
                                     .sha256 = result_sha256_[i]});
    }
    return {};
}

Result<> Job::publish_domain(const std::string &xml) {
    if (!wish_.output_dir.empty()) {
        const auto path = wish_.output_dir + "/" + report_.plan->target.name + ".xml";
        H2K_CHECK(write_file(work_->file("domain.xml"), xml));
        H2K_CHECK(publish(work_->file("domain.xml"), path));
        xml_path_ = path;
        report_.artifacts.push_back({.type = "domain_xml", .path = path, .format = {}, .bytes = 0, .virtual_size = 0});
    }
    if (!wish_.define)
        return {};
    H2K_CHECK(define_domain(connection_.get(), xml));
    report_.domain = report_.plan->target.name;
    return {};
}

/// After a failure nothing of ours stands under a final name, unless all that was asked for stands there.
void Job::withdraw_all() {
    if (published_ || !target_)
        return;
    target_->withdraw();
    if (!xml_path_.empty())
        unlink(xml_path_.c_str());
    std::erase_if(report_.artifacts, [](const Artifact &a) {
        return a.type == "converted_image" || a.type == "seed_iso" || a.type == "domain_xml";
    });
}

} // namespace h2k
