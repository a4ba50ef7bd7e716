// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/grub.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/device_names.h"
#include "fixers/text/assignments.h"
#include "fixers/text/boot_lines.h"
#include "fixers/text/config_file.h"
#include "fixers/text/kernel_args.h"
#include <algorithm>
#include <set>

namespace h2k {

namespace {

using text::Region;

/// The kernel takes 4 KiB at most; each word of a line costs many times its size here.
constexpr std::size_t longest_line = 64u << 10;

std::string text_of(char *printed) { return Owned<char>{printed}.get(); }

std::vector<Region> every_line(std::string_view file) {
    std::vector<Region> found;
    for (const auto &line : text::lines_of(file))
        if (!line.content.starts_with('#'))
            found.push_back({line.at, line.content.size()});
    return found;
}

std::vector<Region> default_options(std::string_view file) {
    std::vector<Region> found;
    for (const auto &assignment : text::parse_assignments(file))
        if (assignment.key.starts_with("GRUB_CMDLINE_LINUX"))
            found.push_back({assignment.value.at, assignment.value.size});
    return found;
}

std::vector<Region> environment_options(std::string_view file) {
    std::vector<Region> found;
    for (const auto &assignment : text::parse_grubenv(file))
        if (assignment.key == "kernelopts")
            found.push_back({assignment.value.at, assignment.value.size});
    return found;
}

/// Where kernel command lines are kept, and how to find them there.
struct Place {
    const char *glob;
    std::vector<Region> (*regions)(std::string_view file);
};
constexpr Place places[] = {
    {"/boot/grub/grub.cfg", text::grub_kernel_lines},
    {"/boot/grub/custom.cfg", text::grub_kernel_lines},
    {"/boot/grub/menu.lst", text::grub_kernel_lines},
    {"/boot/grub/grub.conf", text::grub_kernel_lines},
    {"/boot/grub2/grub.cfg", text::grub_kernel_lines},
    {"/boot/grub2/custom.cfg", text::grub_kernel_lines},
    {"/boot/efi/EFI/*/grub.cfg", text::grub_kernel_lines},
    {"/etc/grub.d/4?_custom", text::grub_kernel_lines},
    {"/boot/grub/grubenv", environment_options},
    {"/boot/grub2/grubenv", environment_options},
    {"/boot/efi/EFI/*/grubenv", environment_options},
    {"/boot/loader/entries/*.conf", text::bls_options},
    {"/boot/efi/loader/entries/*.conf", text::bls_options},
    {"/efi/loader/entries/*.conf", text::bls_options},
    {"/etc/kernel/cmdline", every_line},
    {"/etc/default/grub", default_options},
    {"/etc/default/grub.d/*.cfg", default_options},
    {"/boot/extlinux/extlinux.conf", text::syslinux_appends},
    {"/boot/syslinux/syslinux.cfg", text::syslinux_appends},
};

/// One file's command lines, edited.
struct FileWork {
    const std::string &path;
    text::Edits edits;
    Renames renames;
    std::vector<std::string> reasons;
};

class Planner {
  public:
    Planner(const GuestView &guest, const Inspection &facts) : guest_(guest), facts_(facts) {
        // The kernel itself finds partitions by PARTUUID, but no file system by UUID.
        const bool bare = std::ranges::any_of(facts.kernels, [](const Kernel &k) { return k.initramfs.empty(); });
        use_ = bare ? NameUse::kernel_command_line : NameUse::command_line;
    }
    Result<Finding> plan() {
        bool any = false;
        std::vector<std::vector<std::string>> paths;
        for (const auto &place : places) {
            paths.push_back(H2K_TRY(guest_.list(place.glob)));
            known_.insert(paths.back().begin(), paths.back().end());
        }
        for (std::size_t i = 0; i < paths.size(); ++i)
            for (const auto &path : paths[i])
                any = H2K_TRY(plan_file(path, places[i])) || any;
        for (const char *glob : {"/boot/grub/device.map", "/boot/grub2/device.map"})
            for (const auto &path : H2K_TRY(guest_.list(glob)))
                H2K_CHECK(plan_device_map(path));
        if (!any)
            finding_.skipped = _("The guest has no configuration of GRUB or another boot loader that is known here.");
        return std::move(finding_);
    }

  private:
    Result<bool> plan_file(const std::string &path, const Place &place) {
        if (H2K_TRY(leads_to_another(path)))
            return true;
        const auto limit = place.regions == text::grub_kernel_lines ? text::grub_limit : text::config_limit;
        const auto file = H2K_TRY(reader_.read(guest_, path, finding_.warnings, limit));
        if (!file)
            return false;
        FileWork work{path, {}, {}, {}};
        for (const auto &region : place.regions(*file))
            edit_arguments(*file, region, work);
        if (!work.renames.empty())
            work.reasons.push_back(work.renames.reason());
        if (place.regions == default_options)
            allow_uuids(*file, work);
        if (work.edits.empty())
            return true;
        auto content =
            place.regions == environment_options ? text::edited_grubenv(*file, work.edits) : work.edits.applied(*file);
        if (content.empty())
            warn(text_of(g_strdup_printf(_("“%s” has no room for the lasting name of its root device; the guest may "
                                           "not boot."),
                                         printable(path).c_str())));
        else
            finding_.changes.push_back({{}, join(work.reasons, " "), WriteFile{path, std::move(content)}});
        return true;
    }

    /// Is @path a link to a file that is looked at by itself?  RHEL links grubenv and grub.cfg between /boot and the
    /// EFI system partition.
    Result<bool> leads_to_another(const std::string &path) {
        const auto to = H2K_TRY(guest_.link(path));
        if (!to)
            return false;
        const auto folder = path.substr(0, path.rfind('/'));
        const Owned<char> full{g_canonicalize_filename(to->c_str(), folder.c_str())};
        return path != full.get() && known_.contains(full.get());
    }

    void edit_arguments(const std::string &file, const Region &region, FileWork &work) {
        if (region.size > longest_line) {
            warn(text_of(g_strdup_printf(_("“%s” has a line that no kernel would take; it was not looked at."),
                                         printable(work.path).c_str())));
            return;
        }
        for (const auto &argument : text::kernel_arguments(file, region.at, region.size)) {
            const bool is_root = argument.name == "root";
            if (!is_root && argument.name != "resume")
                continue;
            const auto verdict = judge_name(facts_, argument.value.value, use_, is_root ? "" : "swap");
            if (verdict.state == NameVerdict::renamed) {
                work.edits.replace(argument.value, verdict.name);
                work.renames.add(argument.value.value, verdict.name);
            } else if (verdict.state != NameVerdict::keeps)
                warn(text_of(
                    is_root ? g_strdup_printf(_("“%s” starts Linux with “root=%s”, for which the guest's disks have no "
                                                "lasting name; the guest may not boot."),
                                              printable(work.path).c_str(), printable(argument.value.value).c_str())
                            : g_strdup_printf(_("“%s” starts Linux with “resume=%s”, for which the guest's disks have "
                                                "no lasting name; the boot may wait for it."),
                                              printable(work.path).c_str(), printable(argument.value.value).c_str())));
        }
    }

    /// GRUB_DISABLE_LINUX_UUID=true has update-grub write root=/dev/sda1; where root is a partition, that is undone.
    void allow_uuids(const std::string &file, FileWork &work) {
        const auto assignments = text::parse_assignments(file);
        const auto *setting = text::last(assignments, "GRUB_DISABLE_LINUX_UUID");
        if (!setting || setting->value.value != "true" || !is_bus_dependent(facts_.root))
            return;
        work.edits.replace(setting->value, "false");
        work.reasons.push_back(
            _("GRUB's own tool shall go on naming the root device by UUID when it writes its configuration anew."));
    }

    Result<> plan_device_map(const std::string &path) {
        const auto file = H2K_TRY(text::read_config(guest_, path, finding_.warnings));
        if (!file)
            return {};
        const auto names = text::device_map(*file);
        if (std::ranges::any_of(names, [](const text::Piece &name) { return is_bus_dependent(name.value); }))
            finding_.changes.push_back(
                {{},
                 _("It names disks of the old controller; without it GRUB's tools look for the disks themselves."),
                 RemoveFile{path}});
        return {};
    }

    void warn(std::string text) {
        if (warned_.insert(text).second)
            finding_.warnings.push_back(std::move(text));
    }

    const GuestView &guest_;
    const Inspection &facts_;
    NameUse use_;
    Finding finding_;
    std::set<std::string> warned_;
    std::set<std::string> known_; ///< every path of the places
    text::ConfigReader reader_{256, 16u << 20};
};

} // namespace

Result<Finding> GrubFixer::plan(const GuestView &guest, const Inspection &facts, const Machine &,
                                const RepairWishes &) const {
    return Planner{guest, facts}.plan();
}

} // namespace h2k
