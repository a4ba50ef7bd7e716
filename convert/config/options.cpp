// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/options.h"
#include "convert/base/i18n.h"
#include "convert/base/nearest.h"
#include "convert/config/guest_values.h"
#include "convert/config/values.h"

namespace h2k {

namespace {

constexpr auto an_import = static_cast<unsigned>(Action::import);
constexpr auto an_inspect = static_cast<unsigned>(Action::inspect);
constexpr auto a_plan = static_cast<unsigned>(Action::plan);
constexpr auto a_boot_test = static_cast<unsigned>(Action::boot_test);
constexpr auto a_revert = static_cast<unsigned>(Action::revert);
constexpr auto all = an_import | an_inspect | a_plan | a_boot_test;

constexpr Option table[] = {
    {"connect", 'c', N_("URI"), N_("libvirt connection that gets the result"), an_import, set_connect},
    {"name", 0, N_("NAME"), N_("name of the domain and of its volumes"), an_import | a_plan | a_boot_test, set_name},
    {"pool", 0, N_("POOL"), N_("storage pool that gets the disks; this or --output-dir is needed"), an_import,
     set_pool},
    {"output-dir", 0, N_("DIR"), N_("folder that gets the disks, the domain XML and the report"), an_import,
     set_output_dir},
    {"format", 0, N_("FORMAT"), N_("format of the result: qcow2 (default), raw or vdi"), an_import | a_plan,
     set_format},
    {"compress", 0, N_("METHOD[:LEVEL]"), N_("compress a qcow2 result with zlib or zstd"), an_import, set_compress},
    {"preallocation", 0, N_("MODE"), N_("space that the result takes at once: off (default), metadata, falloc or full"),
     an_import, set_preallocation},
    {"resize", 0, N_("[DISK=]SIZE"), N_("make a disk as large as SIZE, or larger by +SIZE; repeat for further disks"),
     an_import | a_plan, add_growth},
    {"checksum", 0, nullptr, N_("report the SHA-256 of what is read and of what is made"), an_import, set_checksum},
    {"input-format", 0, N_("FORMAT"),
     N_("format of the source: vmdk, vhd, vhdx, vdi, qcow2 or raw (default: read from its header)"), all | a_revert,
     set_input_format},
    {"source-connect", 0, N_("URI"), N_("the source is the name of a domain of this libvirt connection"), all,
     set_source_connect},
    {"allow-folder", 0, N_("DIR"), N_("folder that the source's own references may lead into; repeat for further ones"),
     all, add_allowed_folder},
    {"metadata-only", 0, nullptr, N_("say what describes the machine and do not look into its disks"), an_inspect,
     set_metadata_only},
    {"mac", 0, N_("MAC"), N_("MAC address of a network card; repeat for further ones"),
     an_import | a_plan | a_boot_test, add_mac},
    {"key", 0, N_("SELECTOR:file:PATH"),
     N_("file with what opens an encrypted volume: SELECTOR is all, a device or a LUKS UUID; repeat for further ones"),
     all | a_revert, add_key},
    {"root", 0, N_("DEVICE"), N_("device with the system that is meant, of several (default: chosen by rule)"),
     all | a_revert, set_root},
    {"network-fix", 0, N_("LEVEL"),
     N_("what becomes of the guest's network configuration: keep-names (default), clean or none"), an_import | a_plan,
     set_network_fix},
    {"keep-old-tools", 0, nullptr, N_("leave the old hypervisor's tools in the guest"), an_import | a_plan,
     set_keep_old_tools},
    {"remove-cloud-agents", 0, nullptr, N_("remove the agents of the cloud that the guest has left"),
     an_import | a_plan, set_remove_cloud_agents},
    {"machine-id", 0, N_("CHOICE"), N_("the guest's machine ID: keep (default), or new, made at the first start"),
     an_import | a_plan, set_machine_id},
    {"configuration", 0, N_("FILE"),
     N_("accounts, services, host name, network files and scripts to put into the guest"), an_import | a_plan,
     set_configuration},
    {"selinux-relabel", 0, N_("WAY"),
     N_("who labels files where the guest uses SELinux: touched (default), boot or full"), an_import | a_plan,
     set_selinux_relabel},
    {"agent-package", 0, N_("FILE"),
     N_("package with QEMU's guest agent to install, or first-boot: fetched at the first start; repeat for further "
        "ones"),
     an_import | a_plan, add_agent_package},
    {"cloud-init", 0, N_("WHAT=FILE,…[,iso]"),
     N_("seed cloud-init with user-data=FILE, meta-data=FILE and network-config=FILE, in the guest or, with iso, on an "
        "ISO image"),
     an_import | a_plan, set_cloud_init},
    {"boot-test", 0, N_("MODE"), N_("how the boot is proven: probe (default), observe or none"),
     an_import | a_boot_test, set_boot_test},
    {"boot-timeout", 0, N_("SECONDS"), N_("longest time that the boot may take (default: 600)"),
     an_import | a_boot_test, set_boot_timeout},
    {"no-define", 0, nullptr, N_("leave the domain undefined"), an_import, set_no_define},
    {"dry-run", 0, nullptr, N_("print the plan and do nothing"), an_import | a_revert, set_dry_run},
    {"job", 0, N_("JOB"), N_("take back this job alone; its name is in the report"), a_revert, set_job},
    {"report", 0, N_("FILE"), N_("where the report is written"), all | a_revert, set_report},
};

const char *nearest(const std::string &name) {
    const Option *best = nullptr;
    std::size_t least = 4;
    for (const auto &option : table)
        if (const auto d = edit_distance(name, option.name); d < least) {
            least = d;
            best = &option;
        }
    return best ? best->name : nullptr;
}

/// Do format, compression and preallocation go together?
Result<> check_result_format(const Request &request) {
    const bool compresses = request.compression != Compression::none;
    const auto preallocation = request.preallocation;
    if (compresses && request.format != DiskFormat::qcow2)
        return fail(H2K_ERROR_USAGE, _("A result of the format %s cannot be compressed; qcow2 can."),
                    name_of(request.format));
    if (compresses && preallocation != Preallocation::off)
        return fail(H2K_ERROR_USAGE, "%s", _("--compress and --preallocation exclude each other."));
    const bool can = request.format == DiskFormat::qcow2 || preallocation == Preallocation::off ||
                     (request.format == DiskFormat::raw && preallocation != Preallocation::metadata) ||
                     (request.format == DiskFormat::vdi && preallocation == Preallocation::metadata);
    if (!can)
        return fail(H2K_ERROR_USAGE, _("A result of the format %s cannot have the preallocation “%s”."),
                    name_of(request.format), name_of(preallocation));
    return {};
}

} // namespace

const char *name_of(Action action) {
    switch (action) {
    case Action::import: return "import";
    case Action::inspect: return "inspect";
    case Action::plan: return "plan";
    case Action::boot_test: return "boot-test";
    case Action::revert: return "revert";
    }
    return "";
}

std::span<const Option> options() { return table; }

Result<> set_option(Request &request, const std::string &name, const std::string &value) {
    for (const auto &option : table)
        if (name == option.name)
            return option.set(request, value);
    if (const char *near = nearest(name))
        return fail(H2K_ERROR_USAGE, _("There is no option “%s”; did you mean “%s”?"), name.c_str(), near);
    return fail(H2K_ERROR_USAGE, _("There is no option “%s”."), name.c_str());
}

Result<> check_request(const Request &request, Action action) {
    if (request.sources.empty())
        return fail(H2K_ERROR_USAGE, _("Name the source to %s: a disk image, or what describes a machine."),
                    name_of(action));
    if (request.sources.size() > max_disks)
        return fail(H2K_ERROR_USAGE, _("A guest has at most %zu disks."), max_disks);
    if (action == Action::import && request.pool.empty() == request.output_dir.empty())
        return fail(H2K_ERROR_USAGE, "%s",
                    request.pool.empty() ? _("Say where the result goes: --pool POOL or --output-dir DIR.")
                                         : _("--pool and --output-dir exclude each other."));
    H2K_CHECK(check_result_format(request));
    if (!request.source_connect.empty() && request.sources.size() > 1)
        return fail(H2K_ERROR_USAGE, "%s", _("With --source-connect, name one domain."));
    if (!request.source_connect.empty() && request.input_format)
        return fail(H2K_ERROR_USAGE, "%s", _("--source-connect and --input-format exclude each other."));
    if (request.boot_test == BootTest::none && action == Action::boot_test)
        return fail(H2K_ERROR_USAGE, "%s", _("A boot test with --boot-test=none would test nothing."));
    return {};
}

} // namespace h2k
