// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/guest_paths.h"
#include "convert/model/linux/families.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/packages/package_file.h"
#include "fixers/linux/services/first_boot.h"
#include "fixers/linux/services/init_system.h"
#include "fixers/linux/services/links.h"
#include "fixers/text/config_file.h"
#include "fixers/text/ini.h"

namespace h2k {

namespace {

constexpr const char *at_first_boot = "first-boot";

/// Commands that install it; the first whose program the guest has is used.
constexpr const char *fetch_script = R"SCRIPT(#!/bin/sh
# virt-hyper2kvm: installs QEMU's guest agent from the guest's own sources of packages.
install() {
    if command -v apt-get; then
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        apt-get -q update
        apt-get -q -y --no-install-recommends install qemu-guest-agent
    elif command -v dnf; then
        dnf -y install qemu-guest-agent
    elif command -v tdnf; then
        tdnf -y install qemu-guest-agent
    elif command -v yum; then
        yum -y install qemu-guest-agent
    elif command -v zypper; then
        zypper --non-interactive install qemu-guest-agent
    elif command -v apk; then
        apk update && apk add qemu-guest-agent
    elif command -v pacman; then
        pacman -Sy --noconfirm --needed qemu-guest-agent
    else
        exit 1
    fi
}
# The network may still be on its way.
for try in 1 2 3 4 5 6; do
    install && break
    [ "$try" = 6 ] && exit 1
    sleep 10
done
if command -v systemctl; then
    systemctl enable qemu-guest-agent.service
    systemctl start --no-block qemu-guest-agent.service
elif command -v rc-update; then
    rc-update add qemu-guest-agent default
    rc-service qemu-guest-agent start
fi
exit 0
)SCRIPT";

/// Where distributions keep the packages that they have fetched.
constexpr const char *caches[] = {
    "/var/cache/apt/archives/qemu-guest-agent_*.deb",       "/var/cache/dnf/*/packages/qemu-guest-agent-*.rpm",
    "/var/cache/libdnf5/*/packages/qemu-guest-agent-*.rpm", "/var/cache/yum/*/packages/qemu-guest-agent-*.rpm",
    "/var/cache/yum/*/*/*/packages/qemu-guest-agent-*.rpm", "/var/cache/zypp/packages/*/*/qemu-guest-agent-*.rpm",
    "/var/cache/apk/qemu-guest-agent-[0-9]*.apk",           "/var/cache/pacman/pkg/qemu-guest-agent-*.pkg.tar.*",
};

bool is_agent(const std::string &name) { return name.starts_with("qemu-guest-agent") || name.starts_with("qemu-ga"); }

class Planner {
  public:
    Planner(const GuestView &guest, const Inspection &facts, const RepairOptions &options)
        : guest_(guest), facts_(facts), options_(options) {}

    Result<Finding> plan() {
        if (H2K_TRY(is_installed()))
            H2K_CHECK(enable());
        else if (!H2K_TRY(install_given()) && !H2K_TRY(install_cached()))
            H2K_CHECK(install_later());
        return std::move(finding_);
    }

  private:
    Result<bool> is_installed() const {
        for (const auto *path : {"/usr/sbin/qemu-ga", "/usr/bin/qemu-ga"})
            if (H2K_TRY(guest_.exists(path)))
                return true;
        return false;
    }

    Result<> enable() {
        if (facts_.linux_facts().init == "systemd")
            return enable_unit();
        const auto init = H2K_TRY(init_system_of(guest_, facts_.linux_facts()));
        if (init == InitSystem::openrc)
            return enable_openrc();
        return init == InitSystem::sysv ? enable_system_v() : Result<>{};
    }

    std::string service() const {
        const auto *family = family_of(facts_.linux_facts());
        return family && !family->agent_service.empty() ? std::string{family->agent_service} : "qemu-guest-agent";
    }

    /// A unit without [Install] is started by udev once QEMU's port is there.
    Result<> enable_unit() {
        const auto unit = unit_name(service());
        const auto path = H2K_TRY(unit_file(guest_, service()));
        if (H2K_TRY(guest_.link("/etc/systemd/system/" + unit)) == "/dev/null") {
            warn("guest-agent.masked",
                 sentence(_("The guest has QEMU's guest agent, but does not start it, since %s is masked."),
                          unit.c_str()));
            return {};
        }
        const auto links = H2K_TRY(ServiceLinks::read(guest_, finding_.notices));
        if (path.empty() || !links.starting(service()).empty())
            return {};
        const auto file = H2K_TRY(text::read_config(guest_, path, finding_.notices)).value_or("");
        const auto entries = text::parse_ini(file);
        const auto *wanted = text::entry_of(entries, "Install", "WantedBy");
        const auto by = wanted ? words(wanted->value.value) : std::vector<std::string>{};
        if (by.empty() || by[0].find('/') != std::string::npos || !is_utf8(by[0]) || by[0].size() > 200)
            return {};
        add_link("/etc/systemd/system/" + by[0] + ".wants/" + unit, path);
        return {};
    }

    Result<> enable_openrc() {
        if (H2K_TRY(guest_.exists("/etc/init.d/qemu-guest-agent")) &&
            H2K_TRY(guest_.list("/etc/runlevels/*/qemu-guest-agent")).empty())
            add_link("/etc/runlevels/default/qemu-guest-agent", "/etc/init.d/qemu-guest-agent");
        return {};
    }

    Result<> enable_system_v() {
        const auto levels = H2K_TRY(run_levels_of(guest_));
        const auto links = H2K_TRY(ServiceLinks::read(guest_, finding_.notices));
        for (const std::string name : {"qemu-guest-agent", "qemu-ga"}) {
            if (levels.has_depends || !H2K_TRY(guest_.exists(levels.scripts + "/" + name)) ||
                !links.starting(name).empty())
                continue;
            for (const char level : {'2', '3', '4', '5'})
                add_link(levels.levels + "/rc" + level + ".d/S99" + name, levels.to_scripts + name);
        }
        return {};
    }

    /// The fitting agent, and all other fitting packages, which it may depend on.
    Result<bool> install_given() {
        std::vector<std::string> chosen;
        bool agent = false, given = false;
        for (const auto &path : options_.agent_packages) {
            const auto name = base_name(path);
            given = given || path != at_first_boot;
            if (path == at_first_boot || !package_file_fits(facts_, name) || (is_agent(name) && agent))
                continue;
            agent = agent || is_agent(name);
            chosen.push_back(path);
        }
        if (!agent) {
            if (given)
                warn("guest-agent.no-fitting-package",
                     _("None of the packages of --agent-package is a guest agent for this guest's package format, "
                       "architecture and release, judging by their names."));
            return false;
        }
        std::vector<std::string> paths;
        const std::string folder = H2K_GUEST_FOLDER "/packages/";
        for (const auto &path : chosen) {
            paths.push_back(folder + replace_all(base_name(path), "%", "-")); // apt treats '%' as a format
            add(_("A package for the guest to install."), CopyIn{paths.back(), path});
        }
        install(paths);
        for (const auto &path : paths)
            add(_("The package is not needed once it is installed."), RemoveFile{path});
        return true;
    }

    Result<bool> install_cached() {
        for (const auto *glob : caches) {
            const auto paths = H2K_TRY(guest_.list(glob));
            for (auto path = paths.rbegin(); path != paths.rend(); ++path)
                if (is_plain_path(*path) && package_file_fits(facts_, base_name(*path))) {
                    install({*path});
                    return true;
                }
        }
        return false;
    }

    void install(const std::vector<std::string> &paths) {
        const bool debian = facts_.linux_facts().packages == "deb";
        add(_("The guest's own package manager installs QEMU's guest agent; edits alone cannot update its database."),
            RunInGuest{.argv = installation_command(facts_.linux_facts(), paths),
                       .makes = {debian ? "/usr/sbin/qemu-ga" : "/usr/bin/qemu-ga"}});
        if (facts_.linux_facts().packages == "apk") // which enables nothing
            add_link("/etc/runlevels/default/qemu-guest-agent", "/etc/init.d/qemu-guest-agent");
    }

    Result<> install_later() {
        if (std::ranges::find(options_.agent_packages, at_first_boot) != options_.agent_packages.end()) {
            const FirstBootScript script{.name = "guest-agent", .content = fetch_script};
            return add_first_boot(guest_, facts_.linux_facts(), {&script, 1}, finding_);
        }
        finding_.notices.note("guest-agent.absent",
                              _("The guest has no QEMU guest agent, which allows clean shutdowns and consistent "
                                "snapshots. --agent-package FILE installs one; --agent-package first-boot has the "
                                "guest download it at its first boot."));
        return {};
    }

    void add_link(const std::string &path, const std::string &to) {
        add(_("The guest starts QEMU's guest agent when it boots."), MakeLink{path, to});
    }
    template <typename Action> void add(std::string reason, Action action) {
        finding_.changes.push_back({{}, std::move(reason), std::move(action), true});
    }
    void warn(std::string id, std::string text) { finding_.notices.warn(std::move(id), std::move(text)); }

    const GuestView &guest_;
    const Inspection &facts_;
    const RepairOptions &options_;
    Finding finding_;
};

} // namespace

Result<Finding> plan_guest_agent(const FixerInput &input) {
    return Planner{input.guest, input.facts, input.options}.plan();
}

} // namespace h2k
