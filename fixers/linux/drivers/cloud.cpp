// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
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

/// Data sources that libvirt does not have (cloud-init documentation, "Datasources").
constexpr std::array clouds{"ec2",      "azure", "gce",        "oracle",    "aliyun",  "digitalocean", "hetzner",
                            "scaleway", "vultr", "upcloud",    "exoscale",  "akamai",  "bigstep",      "cloudstack",
                            "smartos",  "rbx",   "rbxcloud",   "openstack", "tencent", "ibmcloud",     "cloudsigma",
                            "vmware",   "ovf",   "opennebula", "altcloud",  "nwcs",    "wsl",          "softlayer"};

bool is_cloud(const std::string &source) { return std::ranges::find(clouds, lower(source)) != clouds.end(); }

/// The last datasource_list of a file: "[ Ec2, None ]" on its line, or "- Ec2" on those that follow.
struct SourceList {
    bool found = false;
    std::vector<std::string> names;
};

std::string bare(std::string_view word) {
    word = trim(word);
    if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front())
        word = word.substr(1, word.size() - 2);
    return std::string{word};
}

void add_flow(std::string_view value, SourceList &list) {
    const auto open = value.find('['), close = value.find(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return;
    for (const auto &part : split(value.substr(open + 1, close - open - 1), ','))
        if (auto name = bare(part); !name.empty() && list.names.size() < 64)
            list.names.push_back(std::move(name));
}

SourceList source_list(std::string_view file) {
    constexpr std::string_view key = "datasource_list:";
    SourceList list;
    bool inside = false;
    for (const auto &line : text::lines_of(file)) {
        const auto content = trim(line.content);
        if (line.content.starts_with(key)) {
            list = {.found = true, .names = {}};
            add_flow(line.content, list);
            inside = list.names.empty();
        } else if (inside && content.starts_with("- ") && list.names.size() < 64)
            list.names.push_back(bare(content.substr(2)));
        else if (!content.empty() && !content.starts_with('#'))
            inside = false;
    }
    return list;
}

class Planner {
  public:
    Planner(const GuestView &guest, const RepairOptions &options) : guest_(guest), options_(options) {}

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
            if (line.content.starts_with("datasource:") && is_cloud(bare(line.content.substr(11))))
                edits.insert(line.at, "# ");
        return edits.empty()
                   ? Result<>{}
                   : requested_.file({path, edits.applied(*file)},
                                     _("It names a cloud's metadata service, which cloud-init would wait for."));
    }

    bool names_clouds_only() const {
        bool any = false;
        for (const auto &name : sources_.names) {
            if (lower(name) == "none")
                continue;
            if (!is_cloud(name))
                return false;
            any = true;
        }
        return any;
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
        const bool bound = names_clouds_only();
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
    const RepairOptions &options_;
    Finding finding_;
    RequestedChanges requested_{guest_, finding_};
    SourceList sources_;
    std::string from_; ///< the file that the list is from
};

} // namespace

Result<Finding> plan_cloud(const FixerInput &input) { return Planner{input.guest, input.options}.plan(); }

} // namespace h2k
