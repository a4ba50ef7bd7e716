// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/config/options.h"
#include "convert/base/i18n.h"
#include "convert/config/values.h"

namespace h2k {

namespace {

constexpr auto an_import = static_cast<unsigned>(Action::import);
constexpr auto an_inspect = static_cast<unsigned>(Action::inspect);
constexpr auto a_plan = static_cast<unsigned>(Action::plan);
constexpr auto a_boot_test = static_cast<unsigned>(Action::boot_test);
constexpr auto all = an_import | an_inspect | a_plan | a_boot_test;

constexpr Option table[] = {
    {"connect", 'c', N_("URI"), N_("libvirt connection that gets the result"), an_import, set_connect},
    {"name", 0, N_("NAME"), N_("name of the domain and of its volumes"), an_import | a_plan | a_boot_test, set_name},
    {"pool", 0, N_("POOL"), N_("storage pool that gets the disks; this or --output-dir is needed"), an_import,
     set_pool},
    {"output-dir", 0, N_("DIR"), N_("folder that gets the disks, the domain XML and the report"), an_import,
     set_output_dir},
    {"format", 0, N_("FORMAT"), N_("format of the result: qcow2 (default) or raw"), an_import, set_format},
    {"input-format", 0, N_("FORMAT"), N_("format of the source: vmdk, qcow2 or raw (default: read from its header)"),
     all, set_input_format},
    {"mac", 0, N_("MAC"), N_("MAC address of a network card; repeat for further ones"),
     an_import | a_plan | a_boot_test, add_mac},
    {"boot-test", 0, N_("MODE"), N_("how the boot is proven: probe (default), observe or none"),
     an_import | a_boot_test, set_boot_test},
    {"boot-timeout", 0, N_("SECONDS"), N_("longest time that the boot may take (default: 600)"),
     an_import | a_boot_test, set_boot_timeout},
    {"no-define", 0, nullptr, N_("leave the domain undefined"), an_import, set_no_define},
    {"dry-run", 0, nullptr, N_("print the plan and do nothing"), an_import, set_dry_run},
    {"report", 0, N_("FILE"), N_("where the report is written"), all, set_report},
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

} // namespace

const char *name_of(Action action) {
    switch (action) {
    case Action::import: return "import";
    case Action::inspect: return "inspect";
    case Action::plan: return "plan";
    case Action::boot_test: return "boot-test";
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
        return fail(H2K_ERROR_USAGE, _("Name the disk to %s."), name_of(action));
    if (request.sources.size() > max_disks)
        return fail(H2K_ERROR_USAGE, _("A guest has at most %zu disks."), max_disks);
    if (action == Action::import && request.pool.empty() == request.output_dir.empty())
        return fail(H2K_ERROR_USAGE, "%s",
                    request.pool.empty() ? _("Say where the result goes: --pool POOL or --output-dir DIR.")
                                         : _("--pool and --output-dir exclude each other."));
    if (request.boot_test == BootTest::none && action == Action::boot_test)
        return fail(H2K_ERROR_USAGE, "%s", _("A boot test with --boot-test=none would test nothing."));
    return {};
}

} // namespace h2k
