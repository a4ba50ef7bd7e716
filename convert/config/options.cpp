// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/options.h"
#include "convert/base/i18n.h"
#include "convert/base/nearest.h"
#include "convert/config/guest_values.h"
#include "convert/config/option_values.h"
#include "convert/config/values.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr auto an_import = static_cast<unsigned>(Action::import);
constexpr auto an_inspect = static_cast<unsigned>(Action::inspect);
constexpr auto a_plan = static_cast<unsigned>(Action::plan);
constexpr auto a_boot_test = static_cast<unsigned>(Action::boot_test);
constexpr auto a_revert = static_cast<unsigned>(Action::revert);
constexpr auto all_but_revert = an_import | an_inspect | a_plan | a_boot_test;
constexpr auto all = all_but_revert | a_revert;

constexpr Option table[] = {
    {.name = "source-connect",
     .value_name = N_("URI"),
     .help = N_("Take the source from this libvirt connection; SOURCE is the name of a domain"),
     .actions = all_but_revert,
     .group = OptionGroup::source,
     .value = text<&Request::source_connect>},
    {.name = "allow-folder",
     .value_name = N_("DIR"),
     .help = N_("Allow the source to refer to files in this folder"),
     .actions = all_but_revert,
     .group = OptionGroup::source,
     .value = allowed_folder},
    {.name = "input-format",
     .value_name = N_("FORMAT"),
     .help = N_("Read the source as disks of this format and no other"),
     .actions = all,
     .group = OptionGroup::source,
     .value = source_format},
    {.name = "machine",
     .value_name = N_("NAME"),
     .help = N_("Take this machine of an OVF package that describes several; NAME is its id or its name"),
     .actions = all_but_revert,
     .group = OptionGroup::source,
     .value = text<&Request::machine>},
    {.name = "deployment-option",
     .value_name = N_("ID"),
     .help = N_("Take this configuration of an OVF package instead of its default"),
     .actions = all_but_revert,
     .group = OptionGroup::source,
     .value = text<&Request::deployment_option>},
    {.name = "max-expansion",
     .value_name = N_("RATIO"),
     .help = N_("Accept images whose compressed data is up to RATIO times as large as their files"),
     .actions = all_but_revert,
     .group = OptionGroup::source,
     .value = number<1, 1000000, &Request::max_expansion>},
    {.name = "metadata-only",
     .help = N_("Read only the description of the machine, not its disks"),
     .actions = an_inspect,
     .group = OptionGroup::source,
     .value = flag<&Request::metadata_only>},
    {.name = "key",
     .value_name = N_("SELECTOR:file:PATH"),
     .help = N_("Open encrypted volumes with the passphrase in this file; SELECTOR is all, a device or a LUKS UUID"),
     .actions = all,
     .group = OptionGroup::source,
     .value = disk_key,
     .secret = true},
    {.name = "root",
     .value_name = N_("DEVICE"),
     .help = N_("Work on the system whose root file system is on this device; none: convert the disks as they are"),
     .actions = all,
     .group = OptionGroup::source,
     .value = text<&Request::root>},
    {.name = "job",
     .value_name = N_("JOB"),
     .help = N_("Revert only the changes of this job; its report has its name"),
     .actions = a_revert,
     .group = OptionGroup::source,
     .value = text<&Request::job>},

    {.name = "output-dir",
     .value_name = N_("DIR"),
     .help = N_("Write the disks, the domain XML and the report to this folder"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = path<OptionKind::folder, &Request::output_dir>},
    {.name = "pool",
     .value_name = N_("POOL"),
     .help = N_("Write the disks to this storage pool, not to a folder"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = text<&Request::pool>},
    {.name = "connect",
     .letter = 'c',
     .value_name = N_("URI"),
     .help = N_("Define the domain through this libvirt connection"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = text<&Request::connect>},
    {.name = "name",
     .value_name = N_("NAME"),
     .help = N_("Give the domain and its disks this name"),
     .actions = an_import | a_plan | a_boot_test,
     .group = OptionGroup::target,
     .value = domain_name},
    {.name = "format",
     .value_name = N_("FORMAT"),
     .help = N_("Write disks of this format"),
     .actions = an_import | a_plan,
     .group = OptionGroup::target,
     .value = result_format},
    {.name = "compress",
     .value_name = N_("METHOD"),
     .help = N_("Compress qcow2 disks with zlib or zstd"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = compression},
    {.name = "preallocation",
     .value_name = N_("MODE"),
     .help = N_("Allocate the space of the disks in advance"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = choice<&Request::preallocation>},
    {.name = "resize",
     .value_name = N_("[DISK=]SIZE"),
     .help = N_("Enlarge a disk to SIZE, or by +SIZE"),
     .actions = an_import | a_plan,
     .group = OptionGroup::target,
     .value = disk_growth},
    {.name = "mac",
     .value_name = N_("MAC"),
     .help = N_("Give the next network card this MAC address"),
     .actions = an_import | a_plan | a_boot_test,
     .group = OptionGroup::target,
     .value = mac_address},
    {.name = "no-define",
     .help = N_("Do not define the domain"),
     .actions = an_import,
     .group = OptionGroup::target,
     .value = inverse_flag<&Request::define>},

    {.name = "network-fix",
     .value_name = N_("LEVEL"),
     .help = N_("Choose how far the network configuration is repaired"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = choice<&Request::repair, &RepairOptions::network>},
    {.name = "selinux-relabel",
     .value_name = N_("WAY"),
     .help = N_("Choose which files of an SELinux guest are labelled, and when"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = choice<&Request::repair, &RepairOptions::selinux>},
    {.name = "initramfs",
     .value_name = N_("WAY"),
     .help = N_("Choose how an initramfs gets the drivers that it lacks"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = choice<&Request::repair, &RepairOptions::initramfs>},
    {.name = "old-tools",
     .value_name = N_("CHOICE"),
     .help = N_("Choose when the old hypervisor's tools are removed"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = choice<&Request::repair, &RepairOptions::old_tools>},
    {.name = "keep-old-tools",
     .help = N_("Leave the old hypervisor's tools in the guest; the same as --old-tools=keep"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = keep_old_tools},
    {.name = "remove-cloud-agents",
     .help = N_("Remove the agents of the cloud that the guest comes from"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = flag<&Request::repair, &RepairOptions::remove_cloud_agents>},
    {.name = "agent-package",
     .value_name = N_("FILE"),
     .help = N_("Install QEMU's guest agent from this package; with first-boot as FILE the guest downloads it at its "
                "first start"),
     .actions = an_import | a_plan,
     .group = OptionGroup::repair,
     .value = agent_package},
    {.name = "lane",
     .value_name = N_("WAY"),
     .help = N_("Choose the way to the guest's file systems"),
     .actions = all_but_revert | a_revert,
     .group = OptionGroup::repair,
     .value = choice<&Request::lane>},
    {.name = "program-timeout",
     .value_name = N_("SECONDS"),
     .help = N_("Give up where a program of the guest runs longer than this"),
     .actions = an_import | a_revert,
     .group = OptionGroup::repair,
     .value = number<1, 86400, &Request::program_timeout>},

    {.name = "configuration",
     .value_name = N_("FILE"),
     .help = N_("Set up accounts, services, host name, network and first-boot scripts as this file says"),
     .actions = an_import | a_plan,
     .group = OptionGroup::configuration,
     .value = configuration_file,
     .secret = true},
    {.name = "cloud-init",
     .value_name = N_("WHAT=FILE,…[,iso]"),
     .help = N_("Seed cloud-init with user-data=FILE, meta-data=FILE and network-config=FILE, in the guest or, with "
                "iso, on an ISO image"),
     .actions = an_import | a_plan,
     .group = OptionGroup::configuration,
     .value = cloud_seed,
     .secret = true},
    {.name = "machine-id",
     .value_name = N_("CHOICE"),
     .help = N_("Keep the machine ID, or let the guest generate a new one"),
     .actions = an_import | a_plan,
     .group = OptionGroup::configuration,
     .value = choice<&Request::repair, &RepairOptions::machine_id>},

    {.name = "boot-test",
     .value_name = N_("MODE"),
     .help = N_("Choose how the boot is proven; quick starts the kernel directly and proves less"),
     .actions = an_import | a_boot_test,
     .group = OptionGroup::boot_test,
     .value = choice<&Request::boot_test>},
    {.name = "boot-timeout",
     .value_name = N_("SECONDS"),
     .help = N_("Stop the boot test after this time"),
     .actions = an_import | a_boot_test,
     .group = OptionGroup::boot_test,
     .value = number<1, 86400, &Request::boot_timeout>},
    {.name = "boot-network",
     .value_name = N_("NETWORK"),
     .help = N_("Choose what the guest can reach in the boot test"),
     .actions = an_import | a_boot_test,
     .group = OptionGroup::boot_test,
     .value = choice<&Request::boot_network>},

    {.name = "dry-run",
     .help = N_("Print the plan and change nothing"),
     .actions = an_import | a_revert,
     .group = OptionGroup::output,
     .value = flag<&Request::dry_run>},
    {.name = "checksum",
     .help = N_("Report the SHA-256 of what is read and of each disk that is written"),
     .actions = an_import,
     .group = OptionGroup::output,
     .value = flag<&Request::checksum>},
    {.name = "report",
     .value_name = N_("FILE"),
     .help = N_("Write the report to this file"),
     .actions = all,
     .group = OptionGroup::output,
     .value = path<OptionKind::file, &Request::report>},
};

/// Names of groups for programs, and their headings.
struct Group {
    OptionGroup group;
    const char *name, *heading;
};
constexpr Group groups[] = {
    {OptionGroup::source, "source", N_("Source")},
    {OptionGroup::target, "target", N_("Target")},
    {OptionGroup::repair, "repair", N_("Repair")},
    {OptionGroup::configuration, "configuration", N_("Guest configuration")},
    {OptionGroup::boot_test, "boot-test", N_("Boot test")},
    {OptionGroup::output, "output", N_("Output")},
};

const Group &row_of(OptionGroup group) { return *std::ranges::find(groups, group, &Group::group); }

} // namespace

const char *name_of(OptionGroup group) { return row_of(group).name; }

const char *heading_of(OptionGroup group) { return row_of(group).heading; }

std::span<const Option> options() { return table; }

const Option *find_option(std::string_view name) {
    const auto *found = std::ranges::find(table, name, &Option::name);
    return found == std::end(table) ? nullptr : found;
}

static std::unexpected<Error> no_option(const std::string &name) {
    std::vector<const char *> names;
    for (const auto &option : table)
        names.push_back(option.name);
    if (const char *near = nearest(name, names))
        return fail(H2K_ERROR_USAGE, _("There is no option “%s”; did you mean “%s”?"), name.c_str(), near);
    return fail(H2K_ERROR_USAGE, _("There is no option “%s”."), name.c_str());
}

Result<> set_option(Request &request, const std::string &name, const std::string &value) {
    const auto *option = find_option(name);
    return option ? option->value.set(request, *option, value) : no_option(name);
}

Result<std::vector<std::string>> get_option(const Request &request, const std::string &name) {
    const auto *option = find_option(name);
    if (!option)
        return no_option(name);
    return option->value.get(request);
}

} // namespace h2k
