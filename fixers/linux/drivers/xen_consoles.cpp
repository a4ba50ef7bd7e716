// SPDX-License-Identifier: LGPL-2.1-or-later
// Logins on Xen's consoles hvc0 and xvc0: inittab(5), upstart's jobs, getty units of systemd
// (systemd-getty-generator(8)) and services of OpenRC's agetty.
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/linux/services/links.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

constexpr std::array<std::string_view, 2> xen_consoles{"hvc0", "xvc0"};

bool names_xen_console(const std::string &process) {
    const auto all = words(process);
    return std::ranges::any_of(all, [](const std::string &word) {
        return std::ranges::find(xen_consoles, word.starts_with("/dev/") ? word.substr(5) : word) != xen_consoles.end();
    });
}

/// inittab(5): id:levels:action:process.
bool starts_in_inittab(std::string_view line) {
    const auto fields = split(line, ':');
    return !line.starts_with('#') && fields.size() > 3 && names_xen_console(fields[3]);
}

/// init(5) of upstart: "exec /sbin/getty -8 38400 hvc0", "respawn /sbin/getty 38400 hvc0" in its oldest releases.
bool starts_in_job(std::string_view line) {
    const std::string text{trim(line)};
    return (text.starts_with("exec ") || text.starts_with("respawn ")) && text.find("getty") != std::string::npos &&
           names_xen_console(text);
}

bool has_serial(std::string_view file) {
    return std::ranges::any_of(text::lines_of(file), [](const text::Line &line) {
        return !trim(line.content).starts_with('#') && line.content.find("ttyS0") != std::string_view::npos;
    });
}

/// @file with the logins moved to the serial port, or removed where @serial: it has one already.
std::string moved(const std::string &file, bool (*starts)(std::string_view), bool &serial) {
    text::Edits edits;
    for (const auto &line : text::lines_of(file))
        if (starts(line.content)) {
            // The id of a line of inittab may be the console's name as well.
            const auto hvc = line.content.rfind("hvc0"), xvc = line.content.rfind("xvc0");
            const auto at = hvc == std::string_view::npos ? xvc : hvc;
            serial ? edits.insert(line.at, "#") : edits.replace(line.at + at, 4, "ttyS0");
            serial = true;
        }
    return edits.applied(file);
}

/// Once a login has moved there, root may use it, too.
Result<> allow_root(const GuestView &guest, Finding &finding) {
    const std::string path = "/etc/securetty";
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices));
    const auto lists = [&](std::string_view name) {
        return std::ranges::any_of(text::lines_of(*file),
                                   [&](const text::Line &line) { return trim(line.content) == name; });
    };
    if (file && !lists("ttyS0"))
        write(finding, path, *file + (file->empty() || file->ends_with('\n') ? "" : "\n") + "ttyS0\n",
              _("root may log in on the serial port, as it could on the Xen console."));
    return {};
}

/// Whether a login moved.
Result<bool> plan_inittab(const GuestView &guest, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, "/etc/inittab", finding.notices));
    bool serial = file && has_serial(*file);
    const auto after = file ? moved(*file, starts_in_inittab, serial) : std::string{};
    if (!file || after == *file)
        return false;
    write(finding, "/etc/inittab", after, _("A login on the Xen console moves to the serial port."));
    return true;
}

Result<bool> plan_jobs(const GuestView &guest, Finding &finding) {
    std::vector<std::pair<std::string, std::string>> jobs;
    text::ConfigReader reader{256, 4u << 20};
    bool serial = false, any = false;
    for (const char *glob : {"/etc/init/*.conf", "/etc/event.d/*"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            if (auto file = H2K_TRY(reader.read(guest, path, finding.notices))) {
                serial = serial || (file->find("getty") != std::string::npos && has_serial(*file));
                jobs.emplace_back(path, *std::move(file));
            }
    for (const auto &[path, file] : jobs) {
        // Only the first can use the port, and a job that starts nothing is useless.
        bool unused = false;
        auto after = moved(file, starts_in_job, unused);
        if (after == file)
            continue;
        if (serial)
            finding.changes.push_back(
                {{}, _("It starts a login on the Xen console, which does not exist."), RemoveFile{path}});
        else
            write(finding, path, std::move(after), _("A login on the Xen console moves to the serial port."));
        any = any || !serial;
        serial = true;
    }
    return any;
}

/// A unit that is enabled for a console waits for it 90 seconds at each boot.
Result<bool> plan_units(const GuestView &guest, Finding &finding) {
    constexpr const char *serial_unit = "serial-getty@ttyS0.service";
    const auto links = H2K_TRY(ServiceLinks::read(guest, finding.notices));
    bool any = false;
    for (const auto console : xen_consoles)
        for (const char *kind : {"serial-getty@", "getty@", "agetty."})
            for (const auto &path : links.starting(std::string{kind} + std::string{console} +
                                                   (std::string_view{kind}.ends_with('@') ? ".service" : ""))) {
                finding.changes.push_back(
                    {{}, _("It starts a login on the Xen console, which does not exist."), RemoveFile{path}});
                any = true;
            }
    const auto unit = H2K_TRY(unit_file(guest, "serial-getty@.service"));
    if (!any || unit.empty() || !links.starting(serial_unit).empty())
        return any;
    finding.changes.push_back({{},
                               _("A login on the Xen console moves to the serial port."),
                               MakeLink{std::string{"/etc/systemd/system/getty.target.wants/"} + serial_unit, unit}});
    return true;
}

} // namespace

Result<> plan_xen_consoles(const GuestView &guest, Finding &finding) {
    const bool inittab = H2K_TRY(plan_inittab(guest, finding));
    const bool jobs = H2K_TRY(plan_jobs(guest, finding));
    const bool units = H2K_TRY(plan_units(guest, finding));
    return inittab || jobs || units ? allow_root(guest, finding) : Result<>{};
}

} // namespace h2k
