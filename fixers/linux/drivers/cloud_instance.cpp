// SPDX-License-Identifier: LGPL-2.1-or-later
// cloud-init's documentation, "First boot determination" and "ds-identify".
#include "fixers/linux/drivers/cloud_instance.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/text/config_file.h"

namespace h2k {

namespace {

/// After every file of the guest's that says otherwise.
constexpr const char *own_file = "/etc/cloud/cloud.cfg.d/zz-virt-hyper2kvm-instance.cfg";

/// Where systemd starts ds-identify, cloud-init does not run without a data source.
Result<bool> identifies_sources(const GuestView &guest, const LinuxFacts &facts) {
    if (facts.init != "systemd")
        return false;
    for (const char *path :
         {"/usr/lib/cloud-init/ds-identify", "/lib/cloud-init/ds-identify", "/usr/libexec/cloud-init/ds-identify"})
        if (H2K_TRY(guest.exists(path)))
            return true;
    return false;
}

/// Did a cloud give the instance its data at the last start?  "DataSourceEc2Local: DataSourceEc2Local".
Result<bool> came_from_cloud(RequestedChanges &requested) {
    constexpr std::string_view start = "DataSource";
    for (const char *path : {"/var/lib/cloud/data/previous-datasource", "/var/lib/cloud/instance/datasource"}) {
        const auto text = H2K_TRY(requested.read(path, text::config_limit)).value_or("");
        if (!text.starts_with(start))
            continue;
        auto name = std::string_view{text}.substr(start.size());
        name = name.substr(0, name.find_first_of(": [\n"));
        for (const std::string_view end : {"Local", "Net"})
            if (name.ends_with(end))
                name.remove_suffix(end.size());
        if (is_cloud_source(name))
            return true;
    }
    return false;
}

} // namespace

Result<> plan_same_instance(const GuestView &guest, const LinuxFacts &facts, const SourceList &sources,
                            RequestedChanges &requested) {
    if (H2K_TRY(guest.exists("/etc/cloud/cloud-init.disabled")) || H2K_TRY(identifies_sources(guest, facts)) ||
        (!sources.names_clouds_only() && !H2K_TRY(came_from_cloud(requested))))
        return {};
    return requested.file(
        {own_file, "# virt-hyper2kvm: without its cloud, cloud-init takes the guest for a new "
                   "instance; it is the one that it was.\n"
                   "ssh_deletekeys: false\npreserve_hostname: true\n"},
        _("The guest's cloud-init takes it for a new instance without its cloud, and would replace its "
          "SSH host keys and host name."));
}

} // namespace h2k
