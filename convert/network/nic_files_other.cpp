// SPDX-License-Identifier: LGPL-2.1-or-later
// dhcpcd.conf(5), wicked's own XML (wicked-config(5), ifxml of wicked) and connman's settings
// (connman-service.config(5)).
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/network/nic_files.h"

namespace h2k {

namespace {

void add_name(NicFiles &into, const std::string &file, std::string name) {
    NicUse use;
    use.file = file;
    use.name = std::move(name);
    into.add(std::move(use));
}

Result<> read_dhcpcd(const GuestView &guest, NicFiles &into) {
    constexpr const char *path = "/etc/dhcpcd.conf";
    const auto *content = H2K_TRY(into.read(guest, path));
    for (const auto &line : lines(content ? *content : std::string{})) {
        const auto all = words(line);
        if (all.size() < 2 || (all[0] != "interface" && all[0] != "allowinterfaces"))
            continue;
        for (std::size_t i = 1; i < all.size() && !all[i].starts_with('#') && !into.is_full(); ++i)
            if (!is_pattern(all[i]))
                add_name(into, path, all[i]);
    }
    return {};
}

/// The text of each element <@tag> without attributes.
std::vector<std::string> texts_of(std::string_view xml, const std::string &tag) {
    constexpr std::size_t most = 256;
    std::vector<std::string> found;
    const auto open = "<" + tag + ">";
    for (auto at = xml.find(open); at != std::string_view::npos && found.size() < most; at = xml.find(open, at + 1)) {
        const auto from = at + open.size();
        found.emplace_back(trim(xml.substr(from, xml.find('<', from) - from)));
    }
    return found;
}

Result<> read_wicked(const GuestView &guest, NicFiles &into) {
    for (const auto &path : H2K_TRY(guest.list("/etc/wicked/ifconfig/*.xml"))) {
        const auto *content = H2K_TRY(into.read(guest, path));
        if (!content)
            continue;
        for (const char *tag : {"name", "device"})
            for (auto &name : texts_of(*content, tag))
                add_name(into, path, without_suffix(name));
        // <name namespace="ethernet"><permanent-address>… knows a card by its hardware.
        if (content->find("permanent-address") != std::string::npos || content->find("<driver") != std::string::npos ||
            content->find("busid") != std::string::npos)
            into.warn(_("“%s” may recognise a network card by the old machine's hardware; wicked's XML is not edited."),
                      printable(path).c_str());
    }
    return {};
}

Result<> warn_of_connman(const GuestView &guest, NicFiles &into) {
    for (const auto &path : H2K_TRY(guest.list("/var/lib/connman/ethernet_*/settings"))) {
        const auto content = H2K_TRY(text::read_config(guest, path, into.warnings));
        if (content && content->find("IPv4.method=manual") != std::string::npos)
            into.warn(_("“%s” of connman gives a network card its address, and knows it by the MAC in the folder's "
                        "name; the target's card needs the same MAC."),
                      printable(path).c_str());
    }
    return {};
}

} // namespace

Result<> read_other_files(const GuestView &guest, NicFiles &into) {
    H2K_CHECK(read_dhcpcd(guest, into));
    H2K_CHECK(read_wicked(guest, into));
    return warn_of_connman(guest, into);
}

} // namespace h2k
