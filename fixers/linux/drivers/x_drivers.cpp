// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/linux/drivers/old_drivers.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <optional>

namespace h2k {

namespace {

/// One entry of xorg.conf(5): a keyword, whose case and '_' do not matter, and its first string.
struct Entry {
    std::string key;
    text::Piece value;
};

std::optional<Entry> entry_of(const text::Line &line) {
    const auto content = line.content;
    const auto first = content.find_first_not_of(" \t");
    if (first == std::string_view::npos || content[first] == '#')
        return std::nullopt;
    const auto end = std::min(content.find_first_of(" \t\"", first), content.size());
    Entry entry{replace_all(lower(content.substr(first, end - first)), "_", ""), {}};
    const auto open = content.find('"', end);
    const auto close = open == std::string_view::npos ? open : content.find('"', open + 1);
    if (close != std::string_view::npos)
        entry.value = {std::string{content.substr(open + 1, close - open - 1)}, line.at + open + 1, close - open - 1};
    return entry;
}

/// A section while it is read: the edits to make if its driver is one of the old hypervisor's.
struct Section {
    std::string name;
    std::optional<text::Piece> driver;
    std::optional<text::Line> bus_id; ///< where the old card was
};

void end_section(const Section &section, text::Edits &edits) {
    if (!section.driver)
        return;
    const auto driver = lower(section.driver->value);
    if (section.name == "device" && (driver == "vmware" || driver == "vboxvideo" || driver == "vmwlegacy")) {
        edits.replace(*section.driver, "modesetting");
        if (section.bus_id)
            edits.remove(*section.bus_id);
    } else if (driver == "vmmouse" || driver == "vboxmouse") // vmmouse(4): otherwise like the mouse driver
        edits.replace(*section.driver, "mouse");
}

Result<> plan_file(const GuestView &guest, const std::string &path, Finding &finding) {
    const auto file = H2K_TRY(text::read_config(guest, path, finding.notices));
    if (!file)
        return {};
    text::Edits edits;
    Section section;
    for (const auto &line : text::lines_of(*file)) {
        const auto entry = entry_of(line);
        if (!entry)
            continue;
        if (entry->key == "section")
            section = {.name = lower(entry->value.value), .driver = {}, .bus_id = {}};
        else if (entry->key == "driver")
            section.driver = entry->value;
        else if (entry->key == "busid")
            section.bus_id = line;
        else if (entry->key == "endsection") {
            end_section(section, edits);
            section = {};
        }
    }
    if (!edits.empty())
        finding.changes.push_back({{},
                                   _("X must not use drivers for the old hypervisor's graphics card and mouse."),
                                   WriteFile{path, edits.applied(*file)}});
    return {};
}

} // namespace

Result<> plan_x_drivers(const GuestView &guest, Finding &finding) {
    for (const auto *glob : {"/etc/X11/xorg.conf", "/etc/X11/XF86Config", "/etc/X11/xorg.conf.d/*.conf"})
        for (const auto &path : H2K_TRY(guest.list(glob)))
            H2K_CHECK(plan_file(guest, path, finding));
    return {};
}

} // namespace h2k
