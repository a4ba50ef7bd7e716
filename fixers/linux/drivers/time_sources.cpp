// SPDX-License-Identifier: LGPL-2.1-or-later
// chrony.conf(5), ntp.conf(5), ntpd.conf(5) of OpenNTPD and timesyncd.conf(5).
#include "fixers/linux/drivers/time_sources.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include "fixers/text/ini.h"
#include <algorithm>
#include <array>
#include <initializer_list>

namespace h2k {

namespace {

/// Time servers of clouds (Amazon, Google, Oracle, Alibaba, Tencent, Huawei, IBM), which answer in their own network
/// alone; addresses of the link are nobody else's either.
bool is_cloud_server(std::string_view name) {
    const auto host = lower(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
    constexpr std::array suffixes{".cloud.aliyuncs.com", ".tencentyun.com", ".myhuaweicloud.com",
                                  ".adn.networklayer.com"};
    return host.starts_with("169.254.") || host == "fd00:ec2::123" || host == "fd20:ce::254" ||
           host == "metadata.google.internal" || host == "metadata" ||
           std::ranges::any_of(suffixes, [&](const char *suffix) { return host.ends_with(suffix); });
}

const char *why() {
    return _("It uses a clock or time server of the old hypervisor or cloud, and the time service may stop where that "
             "is missing.");
}

/// Does the guest load the module of KVM's clock?
Result<bool> loads_kvm_clock(const GuestView &guest) {
    Notices ignored; // linux.old-drivers reads the same files
    text::ConfigReader reader{64, 1u << 20};
    for (const char *glob : {"/etc/modules", "/etc/modules-load.d/*.conf", "/usr/lib/modules-load.d/*.conf"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (const auto file = H2K_TRY(reader.read(guest, path, ignored)))
                for (const auto &line : lines(*file))
                    if (const auto all = words(line); !all.empty() && underscored(all[0]) == "ptp_kvm")
                        return true;
    return false;
}

class Planner {
  public:
    Planner(const GuestView &guest, bool kvm_clock, Finding &finding)
        : guest_(guest), kvm_clock_(kvm_clock), finding_(finding) {}

    Result<> plan() {
        for (const auto *glob :
             {"/etc/chrony.conf", "/etc/chrony/chrony.conf", "/etc/chrony.d/*.conf", "/etc/chrony.d/*.sources",
              "/etc/chrony/conf.d/*.conf", "/etc/chrony/sources.d/*.sources", "/etc/ntp.conf", "/etc/ntpsec/ntp.conf",
              "/etc/ntpd.conf", "/etc/openntpd/ntpd.conf"})
            for (const auto &path : H2K_TRY(guest_.list(glob)))
                H2K_CHECK(plan_servers(path));
        const bool none_of_timesyncd = H2K_TRY(plan_timesyncd());
        if ((changed_ || none_of_timesyncd) && left_ == 0)
            finding_.notices.warn(
                "cloud.no-time-source",
                _("The guest's time service has no time source any more; add time servers to its configuration."));
        for (const char *glob : {"/etc/systemd/system/*.d/*.conf", "/etc/systemd/system/*.service"})
            for (const auto &path : H2K_TRY(guest_.list(glob)))
                H2K_CHECK(plan_unit(path));
        return {};
    }

  private:
    /// "/dev/ptp_hyperv", "/dev/ptp0:nocrossts": is it a clock that the target has?  ptp_kvm is the first one there.
    [[nodiscard]] bool has_clock(std::string_view device) const {
        const auto name = device.substr(0, device.find(':'));
        return name == "/dev/ptp_kvm" || (name == "/dev/ptp0" && kvm_clock_);
    }

    /// chronyd exits where a PHC does not exist.
    Result<> plan_servers(const std::string &path) {
        const auto file = H2K_TRY(text::read_config(guest_, path, finding_.notices));
        if (!file)
            return {};
        text::Edits edits;
        for (const auto &line : text::lines_of(*file)) {
            const auto parts = words(line.content);
            if (parts.size() < 2)
                continue;
            const auto directive = lower(parts[0]);
            const bool clock = directive == "refclock" && lower(parts[1]) == "phc";
            bool server = false;
            for (const char *one : {"server", "servers", "pool", "peer"})
                server = server || directive == one;
            if ((clock && !(parts.size() > 2 && has_clock(parts[2]))) || (server && is_cloud_server(parts[1])))
                edits.insert(line.at, "# ");
            else if (server || directive == "refclock" || directive == "sourcedir")
                ++left_;
        }
        changed_ = changed_ || !edits.empty();
        add(path, *file, edits);
        return {};
    }

    void add(const std::string &path, const std::string &file, const text::Edits &edits) {
        if (!edits.empty())
            write(finding_, path, edits.applied(file), why());
    }

    /// Removes words that @is_gone from a list; a setting without any left goes, since an empty one means more.
    template <typename IsGone> static void reduce(const text::IniEntry &entry, IsGone is_gone, text::Edits &edits) {
        auto all = words(entry.value.value);
        if (std::erase_if(all, is_gone) == 0)
            return;
        if (all.empty())
            edits.remove(entry.line);
        else
            edits.replace(entry.value, join(all, " "));
    }

    /// True where systemd-timesyncd loses its last server.
    Result<bool> plan_timesyncd() {
        const auto is_gone = [](const std::string &server) { return is_cloud_server(server); };
        bool changed = false, has_fallback = true, has_servers = false;
        for (const auto *glob : {"/etc/systemd/timesyncd.conf", "/etc/systemd/timesyncd.conf.d/*.conf"})
            for (const auto &path : H2K_TRY(guest_.list(glob))) {
                const auto file = H2K_TRY(text::read_config(guest_, path, finding_.notices));
                if (!file)
                    continue;
                text::Edits edits;
                for (const auto &entry : text::parse_ini(*file)) {
                    const bool fallback = entry.key == "FallbackNTP";
                    if (entry.section != "Time" || (!fallback && entry.key != "NTP" && entry.key != "Servers"))
                        continue;
                    reduce(entry, is_gone, edits);
                    const auto all = words(entry.value.value);
                    const bool stays = !std::ranges::all_of(all, is_gone);
                    // Where no list is left, the one that it was built with counts.
                    if (fallback)
                        has_fallback = !all.empty();
                    else
                        has_servers = !all.empty() && (has_servers || stays);
                }
                changed = changed || !edits.empty();
                add(path, *file, edits);
            }
        return changed && !has_servers && !has_fallback;
    }

    /// Units that require the device of a clock wait for it, and then do not start.
    Result<> plan_unit(const std::string &path) {
        const auto file = H2K_TRY(units_.read(guest_, path, finding_.notices));
        if (!file || file->find("dev-ptp") == std::string::npos)
            return {};
        text::Edits edits;
        for (const auto &entry : text::parse_ini(*file))
            if (entry.section == "Unit")
                reduce(
                    entry,
                    [&](const std::string &unit) {
                        return unit.starts_with("dev-ptp") && unit.ends_with(".device") &&
                               !has_clock("/dev/" + unit.substr(4, unit.size() - 4 - 7));
                    },
                    edits);
        if (!edits.empty())
            write(
                finding_, path, edits.applied(*file),
                _("It has a service wait for a clock of the old hypervisor, which the target machine does not have."));
        return {};
    }

    const GuestView &guest_;
    bool kvm_clock_;
    Finding &finding_;
    text::ConfigReader units_{512, 4u << 20};
    unsigned left_ = 0; ///< sources that may still answer
    bool changed_ = false;
};

} // namespace

Result<> plan_time_sources(const GuestView &guest, Finding &finding) {
    return Planner{guest, H2K_TRY(loads_kvm_clock(guest)), finding}.plan();
}

} // namespace h2k
