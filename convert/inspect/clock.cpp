// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/clock.h"
#include "convert/base/text.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <array>

namespace h2k {

namespace {

/// Where a system without a third line in adjtime says it: Red Hat to 5, SUSE to 11, Debian to 7, OpenRC.
struct ClockSetting {
    const char *path, *key;
    std::array<std::string_view, 3> local; ///< what it says then
};
constexpr auto settings = std::to_array<ClockSetting>({{"/etc/sysconfig/clock", "UTC", {"false", "no", "0"}},
                                                       {"/etc/sysconfig/clock", "HWCLOCK", {"--localtime", "-l", "-l"}},
                                                       {"/etc/default/rcS", "UTC", {"no", "no", "no"}},
                                                       {"/etc/conf.d/hwclock", "clock", {"local", "local", "local"}}});

} // namespace

Result<bool> is_clock_local(const GuestView &guest, Notices &notices) {
    // adjtime_config(5) of util-linux, hwclock(8): the third line is UTC or LOCAL.
    if (const auto file = H2K_TRY(text::read_config(guest, "/etc/adjtime", notices)))
        if (const auto all = lines(*file); all.size() >= 3 && !trim(all[2]).empty())
            return trim(all[2]) == "LOCAL";
    for (const auto &setting : settings) {
        const auto file = H2K_TRY(text::read_config(guest, setting.path, notices));
        if (!file)
            continue;
        const auto all = text::parse_assignments(*file);
        if (const auto *found = text::last(all, setting.key))
            return std::ranges::find(setting.local, lower(found->value.value)) != setting.local.end();
    }
    return false;
}

} // namespace h2k
