// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/packages/old_tools_table.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

namespace {

// Workstation and Horizon are no tools: their packages are vmware-player, vmware-horizon-… and so on.
constexpr const char *vmware_packages[] = {"open-vm-tools",  "open-vm-tools-*", "open-vm-dkms",      "open-vm-source",
                                           "vmware-tools-*", "VMwareTools",     "kmod-vmware-tools*"};
constexpr RpmTrace vmware_rpms[] = {
    {"open-vm-tools-salt-minion", "/usr/lib*/open-vm-tools/componentMgr/saltMinion/*"},
    {"open-vm-tools-sdmp", "/usr/lib*/open-vm-tools/plugins/vmsvc/libserviceDiscovery.so"},
    {"open-vm-tools-desktop", "/usr/bin/vmware-user-suid-wrapper"},
    {"open-vm-tools", "/usr/bin/vmtoolsd"},
};
constexpr const char *vmware_services[] = {"open-vm-tools",
                                           "vmtoolsd",
                                           "vgauth",
                                           "vgauthd",
                                           "vmware-tools",
                                           "vmware-tools-services",
                                           "vmware-tools-thinprint",
                                           "vmware-vmblock-fuse",
                                           "run-vmblock-fuse.mount",
                                           "run-vmblock\\x2dfuse.mount"};

constexpr const char *hyper_v_packages[] = {"hyperv-daemons", "hyperv-daemons-*", "linux-*cloud-tools-*", "hvtools",
                                            "hyperv"};
constexpr RpmTrace hyper_v_rpms[] = {
    {"hyperv-daemons", "/usr/sbin/hypervkvpd"}, // has no file of its own and depends on the others
    {"hypervkvpd", "/usr/sbin/hypervkvpd"},     {"hypervvssd", "/usr/sbin/hypervvssd"},
    {"hypervfcopyd", "/usr/sbin/hypervfcopyd"}, {"hyper-v", "/usr/lib/hyper-v/bin/hv_kvp_daemon"},
};
constexpr const char *hyper_v_services[] = {"hv-kvp-daemon",
                                            "hv-vss-daemon",
                                            "hv-fcopy-daemon",
                                            "hyperv-daemons.hv-kvp-daemon",
                                            "hyperv-daemons.hv-vss-daemon",
                                            "hyperv-daemons.hv-fcopy-daemon",
                                            "hypervkvpd",
                                            "hypervvssd",
                                            "hypervfcopyd",
                                            "hv_kvp_daemon",
                                            "hv_vss_daemon",
                                            "hv_fcopy_daemon"};

constexpr const char *virtualbox_packages[] = {"virtualbox-guest-*"};
constexpr RpmTrace virtualbox_rpms[] = {
    {"virtualbox-guest-additions", "/usr/lib/systemd/system/vboxservice.service"},
};
constexpr const char *virtualbox_services[] = {
    "virtualbox-guest-utils", "virtualbox-guest-additions", "vboxadd", "vboxadd-service", "vboxadd-x11", "vboxservice"};

constexpr const char *xen_packages[] = {"xe-guest-utilities", "xe-guest-utilities-*", "xen-guest-agent"};
constexpr RpmTrace xen_rpms[] = {
    {"xe-guest-utilities", "/usr/share/doc/xe-guest-utilities-[0-9]*"},
    {"xe-guest-utilities-latest", "/usr/share/doc/xe-guest-utilities-latest*"},
    {"xen-guest-agent", "/usr/sbin/xen-guest-agent"},
};
constexpr const char *xen_services[] = {"xe-daemon", "xe-linux-distribution", "xen-guest-agent"};

constexpr const char *parallels_services[] = {"prltoolsd", "prltools_updater", "prl-x11"};

constexpr const char *aws_packages[] = {"amazon-ssm-agent", "ec2-instance-connect", "ec2-hibinit-agent"};
constexpr RpmTrace aws_rpms[] = {
    {"amazon-ssm-agent", "/usr/bin/amazon-ssm-agent"},
    {"ec2-instance-connect", "/opt/aws/bin/eic_run_authorized_keys"},
    {"ec2-hibinit-agent", "/usr/bin/hibinit-agent"},
};
constexpr const char *aws_services[] = {"amazon-ssm-agent", "snap.amazon-ssm-agent.amazon-ssm-agent",
                                        "ec2-instance-connect", "hibinit-agent"};

constexpr const char *azure_packages[] = {"walinuxagent", "WALinuxAgent", "WALinuxAgent-*"};
constexpr RpmTrace azure_rpms[] = {{"WALinuxAgent", "/usr/sbin/waagent"}};
constexpr const char *azure_services[] = {"walinuxagent", "waagent"};

constexpr const char *google_packages[] = {"google-guest-agent", "google-osconfig-agent", "google-compute-engine",
                                           "google-compute-engine-oslogin"};
constexpr RpmTrace google_rpms[] = {
    {"google-compute-engine", "/etc/default/instance_configs.cfg.distro"},
    {"google-compute-engine-oslogin", "/usr/bin/google_oslogin_nss_cache"},
    {"google-osconfig-agent", "/usr/bin/google_osconfig_agent"},
    {"google-guest-agent", "/usr/bin/google_guest_agent"},
};
constexpr const char *google_services[] = {"google-guest-agent", "google-osconfig-agent", "google-startup-scripts",
                                           "google-shutdown-scripts", "google-oslogin-cache.timer"};

constexpr const char *oracle_packages[] = {"oracle-cloud-agent"};
constexpr RpmTrace oracle_rpms[] = {{"oracle-cloud-agent", "/usr/libexec/oracle-cloud-agent/agent"}};
constexpr const char *oracle_services[] = {"oracle-cloud-agent", "oracle-cloud-agent-updater"};

constexpr OldTool table[] = {
    {N_("VMware's tools"), "vmware", false, vmware_packages, vmware_rpms, vmware_services,
     "/usr/bin/vmware-uninstall-tools.pl"},
    {N_("Hyper-V's services"), "hyper-v", false, hyper_v_packages, hyper_v_rpms, hyper_v_services, nullptr},
    {N_("VirtualBox's guest additions"), "virtualbox", false, virtualbox_packages, virtualbox_rpms, virtualbox_services,
     "/opt/VBoxGuestAdditions-*/uninstall.sh"},
    {N_("XenServer's guest utilities"), "xen", false, xen_packages, xen_rpms, xen_services, nullptr},
    {N_("Parallels' tools"), nullptr, false, {}, {}, parallels_services, nullptr},
    {N_("Amazon's agents"), nullptr, true, aws_packages, aws_rpms, aws_services, nullptr},
    {N_("Azure's agent"), nullptr, true, azure_packages, azure_rpms, azure_services, nullptr},
    {N_("Google's agents"), nullptr, true, google_packages, google_rpms, google_services, nullptr},
    {N_("Oracle's agent"), nullptr, true, oracle_packages, oracle_rpms, oracle_services, nullptr},
};

} // namespace

std::span<const OldTool> old_tools() { return table; }

bool is_package_of(const OldTool &tool, const LinuxFamily *family, std::string_view name) {
    const std::string text{name};
    // An ISO or a source package is not part of the tools in a guest.
    if (name.ends_with("-iso") || name.ends_with("-source"))
        return false;
    const auto *here = family && tool.hypervisor ? family->tools_of(tool.hypervisor) : nullptr;
    return (here && std::ranges::find(here->packages, name) != here->packages.end()) ||
           std::ranges::any_of(tool.packages,
                               [&](const char *pattern) { return fnmatch(pattern, text.c_str(), 0) == 0; });
}

std::vector<std::string> services_of(const OldTool &tool, const LinuxFamily *family) {
    std::vector<std::string> services{tool.services.begin(), tool.services.end()};
    if (const auto *here = family && tool.hypervisor ? family->tools_of(tool.hypervisor) : nullptr)
        for (const auto service : here->services)
            if (std::ranges::find(services, service) == services.end())
                services.emplace_back(service);
    return services;
}

} // namespace h2k
