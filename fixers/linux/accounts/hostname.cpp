// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/requested_changes.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include "fixers/text/hosts.h"

namespace h2k {

namespace {

std::string reason_for(const std::string &name) {
    return sentence(_("The guest's host name becomes “%s”."), name.c_str());
}

/// The guest's present name: the first line that is no comment, hostname(5).
Result<std::string> old_name(RequestedChanges &requested, const Inspection &facts) {
    if (const auto file = H2K_TRY(requested.read("/etc/hostname")))
        for (const auto &line : lines(*file))
            if (const auto name = std::string{trim(line)}; !name.empty() && name[0] != '#')
                return name;
    return facts.hostname;
}

/// @key of a file of assignments, where it stands.
Result<bool> set_assignment(RequestedChanges &requested, const char *path, const char *key, const std::string &value,
                            bool append = false) {
    const auto file = H2K_TRY(requested.read(path));
    if (!file)
        return false;
    text::Edits edits;
    const auto all = text::parse_assignments(*file);
    if (const auto *found = text::last(all, key))
        edits.replace(found->value, value);
    else if (append)
        edits.insert(file->size(),
                     (file->empty() || file->ends_with('\n') ? "" : "\n") + sentence("%s=%s\n", key, value.c_str()));
    else
        return false;
    H2K_CHECK(requested.file({path, edits.applied(*file)}, reason_for(value)));
    return true;
}

Result<> set_name(RequestedChanges &requested, const Inspection &facts, const std::string &name,
                  const std::string &full) {
    const auto &guest = requested.guest();
    const bool is_old = facts.linux_facts().init != "systemd"; // Red Hat 6 and SUSE 11 keep the full name
    const bool sysconfig = H2K_TRY(set_assignment(requested, "/etc/sysconfig/network", "HOSTNAME", full,
                                                  is_old && facts.linux_facts().packages == "rpm"));
    const bool conf_d = H2K_TRY(set_assignment(requested, "/etc/conf.d/hostname", "hostname", name));
    const bool upper = H2K_TRY(guest.read("/etc/HOSTNAME")) && !H2K_TRY(guest.link("/etc/HOSTNAME"));
    if (upper)
        H2K_CHECK(requested.file({"/etc/HOSTNAME", full + "\n"}, reason_for(full)));
    if (H2K_TRY(guest.exists("/etc/hostname")) || (!upper && !sysconfig && !conf_d) || !is_old)
        H2K_CHECK(requested.file({"/etc/hostname", name + "\n"}, reason_for(name)));
    // cloud-init documentation, "Set Hostname"
    if (H2K_TRY(guest.exists("/etc/cloud/cloud.cfg")))
        H2K_CHECK(requested.file({"/etc/cloud/cloud.cfg.d/99-virt-hyper2kvm-hostname.cfg", "preserve_hostname: true\n"},
                                 _("cloud-init does not change the host name.")));
    return {};
}

Result<> set_hosts(RequestedChanges &requested, const Configuration &configuration, const std::string &old,
                   const std::string &name, const std::string &full) {
    auto &notices = requested.notices();
    const bool there = H2K_TRY(requested.guest().exists("/etc/hosts"));
    auto file = H2K_TRY(text::read_config(requested.guest(), "/etc/hosts", notices));
    if (!file && there)
        return {}; // too large, which a notice says
    auto edited = file.value_or("127.0.0.1\tlocalhost\n::1\tlocalhost\n");
    if (!name.empty()) {
        edited = text::rename_host(edited, old, name, configuration.domain);
        const auto is_known = text::names_host(edited, name);
        if (!is_known)
            edited =
                text::add_host(edited, "127.0.1.1",
                               full == name ? std::vector{name} : std::vector{full, name.substr(0, name.find('.'))});
    }
    for (const auto &[address, names] : configuration.hosts)
        edited = text::add_host(edited, address, names);
    return requested.file({"/etc/hosts", edited}, _("The guest can resolve its own name and the hosts that you name."));
}

} // namespace

Result<Finding> plan_hostname(const FixerInput &input) {
    Finding finding;
    const auto &configuration = input.options.configuration;
    if (configuration.hostname.empty() && configuration.hosts.empty())
        return finding;
    RequestedChanges requested{input.guest, finding};
    const auto &name = configuration.hostname;
    const bool has_domain = configuration.domain.empty() || name.ends_with("." + configuration.domain);
    const auto full = has_domain ? name : name + "." + configuration.domain;
    const auto old = H2K_TRY(old_name(requested, input.facts));
    if (!name.empty())
        H2K_CHECK(set_name(requested, input.facts, name, full));
    H2K_CHECK(set_hosts(requested, configuration, old, name, full));
    return finding;
}

} // namespace h2k
