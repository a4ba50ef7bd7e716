// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/drivers/cloud_instance.h"
#include "fixers/linux/drivers/cloud_sources.h"
#include "fixers/linux/drivers/time_sources.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/requested_changes.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr const char *conf_folder = "/etc/cloud/cloud.cfg.d/", *seed_folder = "/var/lib/cloud/seed/nocloud";

class Planner {
  public:
    Planner(const GuestView &guest, const LinuxFacts &facts, const RepairOptions &options)
        : guest_(guest), facts_(facts), options_(options) {}

    Result<Finding> plan() {
        H2K_CHECK(plan_time_sources(guest_, finding_));
        const bool has = H2K_TRY(guest_.exists("/etc/cloud/cloud.cfg"));
        if (options_.cloud_init && !has)
            requested_.warn("cloud.no-cloud-init",
                            options_.cloud_init->as_iso
                                ? _("The guest has no cloud-init, so nothing reads the ISO image with the seed.")
                                : _("The guest has no cloud-init, so --cloud-init has no effect."));
        if (!has)
            return std::move(finding_);
        H2K_CHECK(read_sources());
        H2K_CHECK(plan_ds_identify());
        H2K_CHECK(plan_sources());
        if (options_.cloud_init)
            H2K_CHECK(plan_seed(*options_.cloud_init));
        else
            H2K_CHECK(plan_same_instance(guest_, facts_, sources_, requested_));
        return std::move(finding_);
    }

  private:
    /// cloud-init reads cloud.cfg, then cloud.cfg.d in the order of names; the last list counts.
    Result<> read_sources() {
        auto paths = H2K_TRY(guest_.list(std::string{conf_folder} + "*.cfg"));
        paths.insert(paths.begin(), "/etc/cloud/cloud.cfg");
        text::ConfigReader reader{256, 4u << 20};
        for (const auto &path : paths)
            if (const auto file = H2K_TRY(reader.read(guest_, path, finding_.notices)))
                if (auto list = source_list(*file); list.found) {
                    sources_ = std::move(list);
                    from_ = path;
                }
        return {};
    }

    /// /etc/cloud/ds-identify.cfg, "datasource: Ec2": what ds-identify uses without checking.
    Result<> plan_ds_identify() {
        const std::string path = "/etc/cloud/ds-identify.cfg";
        const auto file = H2K_TRY(text::read_config(guest_, path, finding_.notices));
        if (!file)
            return {};
        text::Edits edits;
        for (const auto &line : text::lines_of(*file))
            if (line.content.starts_with("datasource:") && is_cloud_source(bare_text(line.content.substr(11))))
                edits.insert(line.at, "# ");
        return edits.empty()
                   ? Result<>{}
                   : requested_.file({path, edits.applied(*file)},
                                     _("It names a cloud's metadata service, which cloud-init would wait for."));
    }

    bool names_no_cloud() const {
        return std::ranges::any_of(sources_.names, [](const std::string &name) { return lower(name) == "nocloud"; });
    }

    /// Sorted after every file that says otherwise.
    std::string own_file() const {
        const auto usual = std::string{conf_folder} + "99-virt-hyper2kvm.cfg";
        return from_.starts_with(conf_folder) && from_ > usual ? std::string{conf_folder} + "zz-virt-hyper2kvm.cfg"
                                                               : usual;
    }

    Result<> plan_sources() {
        const bool bound = sources_.names_clouds_only();
        const bool lacks = options_.cloud_init && sources_.found && !names_no_cloud();
        if (!bound && !lacks)
            return {};
        const std::string content =
            "# virt-hyper2kvm: the guest has left its cloud; cloud-init uses only local sources.\n"
            "datasource_list: [ NoCloud, ConfigDrive, None ]\n";
        return requested_.file(
            {own_file(), content},
            sentence(
                _("“%s” restricts cloud-init to data sources of a cloud (%s), which it would wait for at each start."),
                printable(from_).c_str(), printable(join(sources_.names, ", ")).c_str()));
    }

    Result<> plan_seed(const CloudSeed &seed) {
        H2K_CHECK(requested_.absent("/etc/cloud/cloud-init.disabled",
                                    _("It disables cloud-init, which --cloud-init needs.")));
        if (seed.as_iso)
            return look_for_other_seeds();
        const std::string why = _("cloud-init does what --cloud-init says at the first boot.");
        for (const auto &[name, content] : files_of(seed))
            H2K_CHECK(requested_.file({seed_folder + std::string{"/"} + name, content, 0600}, why));
        return {};
    }

    /// In cloud-init what a seed folder says overrides what a medium says (cloudinit/sources/DataSourceNoCloud.py).
    Result<> look_for_other_seeds() {
        for (const char *name : {"nocloud", "nocloud-net"})
            if (const auto path = std::string{"/var/lib/cloud/seed/"} + name + "/meta-data";
                H2K_TRY(guest_.exists(path)))
                requested_.warn(
                    "cloud.seed-overrides",
                    sentence(_("The guest has a seed of its own (“%s”), which overrides the one on the ISO image."),
                             path.c_str()));
        return {};
    }

    const GuestView &guest_;
    const LinuxFacts &facts_;
    const RepairOptions &options_;
    Finding finding_;
    RequestedChanges requested_{guest_, finding_};
    SourceList sources_;
    std::string from_; ///< the file that the list is from
};

} // namespace

Result<Finding> plan_cloud(const FixerInput &input) {
    return Planner{input.guest, input.facts.linux_facts(), input.options}.plan();
}

} // namespace h2k
