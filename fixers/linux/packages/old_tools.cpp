// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/packages/guest_packages.h"
#include "fixers/linux/packages/old_tools_later.h"
#include "fixers/linux/packages/old_tools_table.h"
#include "fixers/linux/packages/package_file.h"
#include "fixers/linux/services/links.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

namespace {

std::string names_of(const std::vector<GuestPackage> &packages) {
    std::vector<std::string> names;
    for (const auto &package : packages)
        names.push_back(package.name);
    return join(names, ", ");
}

class Planner {
  public:
    Planner(const GuestView &guest, const LinuxFacts &facts, const RepairOptions &options)
        : guest_(guest), facts_(facts), options_(options), family_(family_of(facts)) {}

    Result<Finding> plan() {
        init_ = H2K_TRY(init_system_of(guest_, facts_));
        links_ = H2K_TRY(ServiceLinks::read(guest_, finding_.notices));
        H2K_CHECK(find());
        for (const auto &tool : old_tools())
            H2K_CHECK(shall_leave(tool) ? plan_tool(tool) : warn_of(tool));
        H2K_CHECK(remove_later(guest_, facts_, init_, later_, finding_));
        if (options_.old_tools == ToolsRemoval::keep && !options_.remove_cloud_agents)
            finding_.skipped = _("The old hypervisor's tools are kept, as requested.");
        return std::move(finding_);
    }

  private:
    bool shall_leave(const OldTool &tool) const {
        return tool.cloud ? options_.remove_cloud_agents : options_.old_tools != ToolsRemoval::keep;
    }

    /// A guest of which it is not known what starts its services could not be relied on.
    bool waits() const { return options_.old_tools != ToolsRemoval::now && init_ != InitSystem::unknown; }

    /// All tools at once: the package database has several MiB.
    Result<> find() {
        std::vector<RpmTrace> rpms;
        for (const auto &tool : old_tools())
            // Tools that no package installed have the same files.
            if (H2K_TRY(uninstaller(tool)).empty())
                rpms.insert(rpms.end(), tool.rpms.begin(), tool.rpms.end());
        const auto wanted = [this](std::string_view name) {
            return std::ranges::any_of(old_tools(),
                                       [&](const OldTool &tool) { return is_package_of(tool, family_, name); });
        };
        found_ = H2K_TRY(find_packages(guest_, facts_, wanted, rpms, finding_.notices));
        return {};
    }

    std::vector<GuestPackage> packages_of(const OldTool &tool) const {
        std::vector<GuestPackage> packages;
        for (const auto &package : found_)
            if (is_package_of(tool, family_, package.name) ||
                std::ranges::any_of(tool.rpms, [&](const RpmTrace &rpm) { return package.name == rpm.package; }))
                packages.push_back(package);
        return packages;
    }

    Result<std::string> uninstaller(const OldTool &tool) const {
        if (tool.uninstaller)
            for (const auto &path : H2K_TRY(guest_.list(tool.uninstaller)))
                if (is_plain_path(path))
                    return path;
        return std::string{};
    }

    Result<> warn_of(const OldTool &tool) {
        const auto packages = packages_of(tool);
        if (tool.cloud && !packages.empty())
            finding_.notices.note(
                "old-tools.cloud-agents",
                sentence(_("The guest still has %s (%s). --remove-cloud-agents removes agents of clouds."),
                         _(tool.name), names_of(packages).c_str()));
        return {};
    }

    Result<> plan_tool(const OldTool &tool) {
        std::vector<GuestPackage> leaving, staying;
        for (auto &package : packages_of(tool))
            (package.needed_by.empty() ? leaving : staying).push_back(std::move(package));
        for (const auto &package : staying)
            warn("old-tools.package-needed",
                 sentence(_("“%s” depends on “%s”, so that package of %s is kept; its services no longer start."),
                          package.needed_by.c_str(), package.name.c_str(), _(tool.name)));
        const auto program = H2K_TRY(uninstaller(tool));
        const bool stays = !staying.empty(), waiting = waits() && !leaving.empty();
        const bool any = H2K_TRY(switch_off(tool));
        if (stays || waiting)
            H2K_CHECK(mask_all(tool, stays));
        if (any && leaving.empty() && staying.empty() && program.empty())
            warn("old-tools.unknown-package", sentence(_("The services of %s no longer start. Which package brought "
                                                         "them is not known, so they are still installed."),
                                                       _(tool.name)));
        if (!program.empty())
            H2K_CHECK(run_uninstaller(tool, program));
        if (waiting)
            remove_at_first_boot(tool, leaving);
        else if (!leaving.empty())
            remove(tool, leaving);
        return {};
    }

    void remove_at_first_boot(const OldTool &tool, const std::vector<GuestPackage> &packages) {
        for (const auto &package : packages)
            later_.packages.push_back(package.name);
        note_waiting(sentence("%s (%s)", _(tool.name), names_of(packages).c_str()));
    }

    void note_waiting(const std::string &what) {
        finding_.notices.note("old-tools.first-boot",
                              sentence(_("The guest itself removes %s when it starts first; until then none of its "
                                         "services start."),
                                       what.c_str()));
    }

    /// Before any command: what cannot be removed must not start either.
    Result<bool> switch_off(const OldTool &tool) {
        bool any = false;
        for (const auto &service : services_of(tool, family_)) {
            for (const auto &path : links_.starting(service)) {
                any = true;
                add(sentence(_("It starts “%s” of %s, which is of no use under KVM."), service.c_str(), _(tool.name)),
                    RemoveFile{path});
            }
            any = H2K_TRY(override_upstart(tool, service)) || any;
        }
        return any;
    }

    /// init(5) of upstart, "Override Files".
    Result<bool> override_upstart(const OldTool &tool, const std::string &service) {
        const auto path = "/etc/init/" + service;
        if (service.find('\\') != std::string::npos || !H2K_TRY(guest_.exists(path + ".conf")) ||
            H2K_TRY(guest_.exists(path + ".override")))
            return false;
        add(sentence(_("Upstart starts “%s” of %s, which is of no use under KVM, only on request."), service.c_str(),
                     _(tool.name)),
            WriteFile{path + ".override", "manual\n"});
        return true;
    }

    /// Units that udev or other units start have no link in /etc.
    Result<> mask_all(const OldTool &tool, bool stays) {
        for (const auto &service : services_of(tool, family_)) {
            const bool masked = H2K_TRY(mask(tool, service, stays));
            if (masked && !stays)
                later_.masked.push_back(unit_name(service));
        }
        return {};
    }

    /// Is it masked now, or has it been?
    Result<bool> mask(const OldTool &tool, const std::string &service, bool stays) {
        const auto path = "/etc/systemd/system/" + unit_name(service);
        if (H2K_TRY(unit_file(guest_, service)).empty())
            return false;
        const auto to = H2K_TRY(guest_.link(path));
        if (to && *to == "/dev/null")
            return true;
        if (!to && H2K_TRY(guest_.read(path)))
            return false;
        add(stays ? sentence(_("“%s” of %s stays installed, but must not start."), service.c_str(), _(tool.name))
                  : sentence(_("“%s” must not start until the guest has removed %s."), service.c_str(), _(tool.name)),
            MakeLink{path, "/dev/null"});
        return true;
    }

    void remove(const OldTool &tool, const std::vector<GuestPackage> &packages) {
        // rpm removes all or nothing, and RPM packages are recognised by their files alone.
        if (facts_.packages == "rpm")
            for (const auto &package : packages)
                remove_now(tool, {package});
        else
            remove_now(tool, packages);
    }

    void remove_now(const OldTool &tool, const std::vector<GuestPackage> &packages) {
        RunInGuest run;
        std::vector<std::string> names;
        for (const auto &package : packages) {
            names.push_back(package.name);
            run.removes.push_back(package.trace);
            run.changes.insert(run.changes.end(), package.conffiles.begin(), package.conffiles.end());
        }
        run.argv = removal_command(facts_, names);
        add(sentence(_("The guest's own package manager removes %s (%s); edits alone would leave its database "
                       "inconsistent."),
                     _(tool.name), names_of(packages).c_str()),
            std::move(run));
    }

    Result<> run_uninstaller(const OldTool &tool, const std::string &program) {
        // The tools' own record of what they did; restoring the old initramfs would undo what makes the guest boot.
        const std::string locations = "/etc/vmware-tools/locations";
        if (program.starts_with("/usr/bin/vmware-"))
            if (const auto file = H2K_TRY(text::read_config(guest_, locations, finding_.notices, 4u << 20)))
                keep_ramdisk(locations, *file);
        if (waits()) {
            later_.uninstallers.push_back(program);
            note_waiting(sentence("%s (%s)", _(tool.name), program.c_str()));
            return {};
        }
        RunInGuest run{.argv = {program}, .removes = {program}};
        for (const auto &rpm : tool.rpms) // the same files, by which a package would be recognised
            std::ranges::move(H2K_TRY(guest_.list(rpm.file)), std::back_inserter(run.removes));
        add(sentence(_("Only the uninstaller of %s knows what their installer replaced and how to undo that."),
                     _(tool.name)),
            std::move(run));
        return {};
    }

    void keep_ramdisk(const std::string &path, const std::string &file) {
        std::string added;
        for (const auto *answer : {"RESTORE_RAMDISK_CMD", "RESTORE_RAMDISK_KERNELS", "RESTORE_RAMDISK_ONECALL"}) {
            // The last line of the two kinds counts.
            const auto given = file.rfind("\nanswer " + std::string{answer} + " ");
            const auto taken = file.rfind("\nremove_answer " + std::string{answer} + "\n");
            if (given != std::string::npos && (taken == std::string::npos || taken < given))
                added += "remove_answer " + std::string{answer} + "\n";
        }
        if (!added.empty())
            add(_("The uninstaller must not restore an old initramfs."),
                WriteFile{path, file + (file.ends_with('\n') ? "" : "\n") + added});
    }

    template <typename Action> void add(std::string reason, Action action) {
        constexpr bool runs = std::is_same_v<Action, RunInGuest>;
        finding_.changes.push_back({{}, std::move(reason), std::move(action), runs});
    }
    void warn(std::string id, std::string text) { finding_.notices.warn(std::move(id), std::move(text)); }

    const GuestView &guest_;
    const LinuxFacts &facts_;
    const RepairOptions &options_;
    const LinuxFamily *family_; ///< null: none that is known
    InitSystem init_ = InitSystem::unknown;
    ServiceLinks links_;
    LaterRemoval later_;
    std::vector<GuestPackage> found_;
    Finding finding_;
};

} // namespace

Result<Finding> plan_old_tools(const FixerInput &input) {
    return Planner{input.guest, input.facts.linux_facts(), input.options}.plan();
}

} // namespace h2k
