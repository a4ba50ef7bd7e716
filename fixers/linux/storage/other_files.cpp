// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that may name disks and whose meaning only the guest's user knows.
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/storage/disk_names.h"
#include "fixers/linux/storage/target_names.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>
#include <array>
#include <glib.h>

namespace h2k {

namespace {

constexpr std::array places{
    "/etc/smartd.conf",
    "/etc/smartmontools/smartd.conf",
    "/etc/drbd.conf",
    "/etc/drbd.d/*.res",
    "/etc/sysconfig/sbd",
    "/etc/default/sbd",
    "/etc/hdparm.conf",
    "/etc/rc.local",
    "/etc/rc.d/rc.local",
    "/etc/init.d/boot.local",
    "/etc/init.d/after.local",
    "/etc/local.d/*.start",
    "/etc/sysconfig/rawdevices",
    "/etc/default/kdump-tools",
    "/etc/crontab",
    "/etc/cron.d/*",
    "/etc/target/saveconfig.json",
    "/etc/tgt/conf.d/*.conf",
    "/etc/iscsi/iscsid.conf",
    "/etc/dracut.conf",
    "/etc/dracut.conf.d/*.conf",
    "/etc/multipath.conf",
    "/etc/ocfs2/*.conf",
    "/etc/gfs2.conf",
    "/etc/sysctl.d/*.conf",
    "/etc/tmpfiles.d/*.conf",
    "/etc/udev/rules.d/*.rules",
};
constexpr auto pool_cache = "/etc/zfs/zpool.cache";

bool is_word_char(char c) { return g_ascii_isalnum(c) || c == '_'; }

class Search {
  public:
    explicit Search(const Machine &target) : target_(target) {}

    bool names_disks(std::string_view file, bool rules) const {
        for (const auto &line : text::lines_of(file)) {
            const auto content = trim(line.content);
            if (content.empty() || content.starts_with('#') || content.starts_with(';'))
                continue;
            if (rules ? is_bound_rule(content) : names_device(content))
                return true;
        }
        return false;
    }

  private:
    /// Does the target call the disk with this letter otherwise?
    bool is_other(std::string_view prefix, char letter) const {
        const auto disk = static_cast<std::size_t>(letter - 'a');
        return target_disk(target_, disk) != std::string{prefix} + letter;
    }
    /// "sdb" or "sdb1" after @before, as a word of its own.
    bool names_letter(std::string_view line, std::string_view before, std::string_view prefix) const {
        const auto start = std::string{before} + std::string{prefix};
        for (auto at = line.find(start); at != std::string_view::npos; at = line.find(start, at + 1)) {
            auto end = at + start.size();
            if (end >= line.size() || !g_ascii_islower(line[end]) ||
                !is_other("/dev/" + std::string{prefix}, line[end]))
                continue;
            for (++end; end < line.size() && g_ascii_isdigit(line[end]);)
                ++end;
            if (end == line.size() || !is_word_char(line[end]))
                return true;
        }
        return false;
    }
    bool names_device(std::string_view line) const {
        for (const std::string_view folder : {"/dev/disk/by-path/", "/dev/disk/by-id/scsi-", "/dev/disk/by-id/wwn-",
                                              "/dev/disk/by-id/ata-", "/dev/disk/by-id/nvme-"})
            if (line.contains(folder))
                return true;
        for (const std::string_view prefix : {"sd", "hd", "xvd"})
            for (const std::string_view before : {"/dev/", "/sys/block/"})
                if (names_letter(line, before, prefix))
                    return true;
        return false;
    }
    /// A rule for one disk, and not for all of a kind.
    bool is_bound_rule(std::string_view line) const {
        for (const std::string_view key : {"ENV{ID_SERIAL", "ENV{ID_WWN", "ENV{ID_PATH}", "ENV{DM_UUID}==\"mpath-"})
            if (line.contains(key))
                return true;
        if (line.contains("scsi_id") && line.contains("RESULT=="))
            return true;
        for (const std::string_view prefix : {"sd", "hd", "xvd"})
            if (names_letter(line, "KERNEL==\"", prefix))
                return true;
        return names_device(line);
    }

    const Machine &target_;
};

} // namespace

Result<> warn_of_disk_names(const FixerInput &input, Finding &finding) {
    constexpr std::size_t most_shown = 24;
    const Search search{input.target};
    text::ConfigReader reader{256, 8u << 20};
    std::vector<std::string> found;
    for (const std::string glob : places)
        for (const auto &path : H2K_TRY(input.guest.list(glob))) {
            if (H2K_TRY(input.guest.link(path)) || found.size() > most_shown)
                continue;
            const auto file = H2K_TRY(reader.read(input.guest, path, finding.notices));
            if (file && search.names_disks(*file, path.ends_with(".rules")))
                found.push_back(found.size() == most_shown ? "…" : printable(path));
        }
    if (H2K_TRY(input.guest.exists(pool_cache)))
        found.emplace_back(pool_cache);
    if (!found.empty())
        finding.notices.warn("disk-names.elsewhere",
                             sentence(_("These files name disks by names or identifiers of the old machine, which the "
                                        "guest's new disks do not have: %s. What they are for may not work until you "
                                        "name the disks by UUID there."),
                                      join(found, ", ").c_str()));
    return {};
}

} // namespace h2k
