// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/naming.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "fixers/linux/network/old_scheme.h"
#include <algorithm>

namespace h2k {

namespace {

/// Does the guest itself give the card this name, by its MAC alone?
bool is_named_by_guest(const NicFiles &files, const NicPair &pair) {
    return std::ranges::any_of(files.uses, [&](const NicUse &use) {
        return use.is_link && use.name == pair.guest.name && use.hardware.empty() && !use.macs.empty() &&
               std::ranges::any_of(use.macs, [&](const MacPin &pin) {
                   const auto mac = parse_mac(pin.piece.value);
                   return !pin.sets && (mac == pair.mac || mac == pair.guest.mac);
               });
    });
}

std::string link_for(const NicPair &pair, const std::string &key, bool as_before) {
    const std::string why = as_before ? "The network card had this name on the old machine."
                                      : "The guest's network configuration uses this name.";
    // Path keeps out VLANs, bridges and bonds, which have the MAC of the card below them and no place on a bus.
    return "# Written by virt-hyper2kvm.  " + why + "\n[Match]\n" + key + pair.mac +
           "\nPath=?*\n\n[Link]\nName=" + pair.guest.name + "\n";
}

std::string reason_for(const NicPair &pair) {
    const auto name = printable(pair.guest.name);
    if (pair.as_before)
        return sentence(_("The network card was called “%s” on the old machine; the target's card with the MAC %s gets "
                          "that name, since any file of the guest may use it."),
                        name.c_str(), pair.mac.c_str());
    return sentence(_("“%s” uses the network interface “%s”; the target's card with the MAC %s gets that name."),
                    printable(pair.guest.file).c_str(), name.c_str(), pair.mac.c_str());
}

} // namespace

Result<NamedBy> what_names_cards(const GuestView &guest, const LinuxFacts &facts) {
    // BusyBox' mdev renames nothing.
    if (facts.distro == "alpine" && !H2K_TRY(guest.exists("/sbin/udevd")) && !H2K_TRY(guest.exists("/usr/sbin/udevd")))
        return NamedBy::kernel;
    if (facts.init != "systemd")
        return NamedBy::rules;
    // Where udev's old generator is at work, its rules come before .link files and name every card.  systemd 208 of
    // RHEL 7 and similar systems has no .link files; and a guest without the rules that read them does not use them.
    constexpr const char *reader = "80-net-setup-link.rules";
    const bool generates = H2K_TRY(has_rules(guest, "75-persistent-net-generator.rules"));
    const bool old = H2K_TRY(has_rules(guest, "80-net-name-slot.rules")) && !H2K_TRY(has_rules(guest, reader));
    const bool masked = H2K_TRY(is_masked(guest, std::string{"/etc/udev/rules.d/"} + reader));
    return generates || old || masked ? NamedBy::rules : NamedBy::links;
}

Result<> plan_net_links(const GuestView &guest, const NicFiles &files, const NicPairs &pairs, Finding &finding) {
    // A card of a bond has the bond's MAC when udev processes it again after the initramfs, so its permanent one is
    // matched where systemd supports that (systemd.link(5)).
    const auto *key = H2K_TRY(systemd_version(guest)) >= 245 ? "PermanentMACAddress=" : "MACAddress=";
    for (const auto &pair : pairs.pairs) {
        if (pair.guest.name.empty() || is_named_by_guest(files, pair))
            continue;
        const auto path = own_link_prefix + pair.guest.name + ".link";
        const auto old = H2K_TRY(guest.read(path));
        auto content = link_for(pair, key, pair.as_before);
        if (old && (*old == content || *old == link_for(pair, key, !pair.as_before)))
            continue;
        finding.changes.push_back({{}, reason_for(pair), WriteFile{path, std::move(content)}});
    }
    return {};
}

void warn_of_collisions(const NicPairs &pairs, NamedBy named_by, bool systemd, Finding &finding) {
    // udev before systemd 187 renames in two steps, so that cards can swap their names.
    if (named_by == NamedBy::rules && !systemd)
        return;
    std::vector<std::string> names;
    for (const auto &pair : pairs.pairs) {
        const auto index = kernel_index(pair.guest.name);
        const bool other = index ? *index < pairs.cards.size() && pairs.cards[*index] != pair.mac : true;
        const bool never = named_by == NamedBy::kernel && (!index || *index >= pairs.cards.size());
        if (!pair.guest.name.empty() && ((index && other) || never))
            names.push_back(pair.guest.name);
    }
    if (!names.empty())
        finding.notices.warn(
            "network-names.collision",
            sentence(_("The kernel gives the interface names %s to other cards than the guest's configuration expects, "
                       "and the guest cannot swap them when it starts; check the guest's network."),
                     join(names, ", ").c_str()));
}

} // namespace h2k
