// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network_names.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/nic_files.h"
#include "fixers/linux/nic_pairs.h"
#include "fixers/linux/nic_rules.h"
#include "fixers/text/netplan.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

namespace {

std::string text_of(char *printed) { return Owned<char>{printed}.get(); }

/// @mac in the case that @old is written in.
std::string written_like(std::string_view old, const std::string &mac) {
    if (std::ranges::none_of(old, [](char c) { return c >= 'A' && c <= 'F'; }))
        return mac;
    return Owned<char>{g_ascii_strup(mac.c_str(), -1)}.get();
}

/// One file's edits, why they are made, and for YAML what each does to its scalar.
struct FileWork {
    text::Edits edits;
    std::vector<std::string> reasons;
    std::vector<text::ScalarEdit> scalars;

    void replace(const text::Piece &piece, const std::string &value) {
        edits.replace(piece, value);
        scalars.push_back({piece.at, value});
    }
    void remove(const HardwarePin &pin) {
        edits.remove(pin.line);
        scalars.push_back({pin.piece.at, std::nullopt});
    }
};

class Planner {
  public:
    Planner(const GuestView &guest, NicFiles files, NicPairs pairs)
        : guest_(guest), files_(std::move(files)), pairs_(std::move(pairs)) {}

    Result<Finding> plan(const Inspection &facts) {
        finding_.warnings = files_.warnings;
        for (const auto &nic : pairs_.left)
            warn(nic.name.empty()
                     ? text_of(g_strdup_printf(_("“%s” is for the network card %s, and the target machine has no card "
                                                 "left for it."),
                                               printable(nic.file).c_str(), nic.mac.c_str()))
                     : text_of(g_strdup_printf(_("“%s” uses the network interface “%s”, and the target machine has no "
                                                 "card left for it."),
                                               printable(nic.file).c_str(), printable(nic.name).c_str())));
        edit_files();
        if (pairs_.pairs.empty())
            return std::move(finding_);
        // Where udev's old generator is at work, its rules come before .link files and name every card.
        const bool generates = H2K_TRY(guest_.exists("/lib/udev/rules.d/75-persistent-net-generator.rules")) ||
                               H2K_TRY(guest_.exists("/usr/lib/udev/rules.d/75-persistent-net-generator.rules"));
        const bool links = facts.init == "systemd" && !generates;
        plan_net_rules(files_, pairs_, !links, finding_);
        if (links)
            H2K_CHECK(write_links());
        return std::move(finding_);
    }

  private:
    void warn(std::string text) { finding_.warnings.push_back(std::move(text)); }

    /// MACs and hardware that configuration files demand; udev's rules are nic_rules' concern.
    void edit_files() {
        for (const auto &[path, content] : files_.contents) {
            FileWork work;
            for (const auto &use : files_.uses)
                if (use.file == path && !use.is_rule)
                    edit_use(use, work);
            std::ranges::sort(work.reasons);
            const auto twice = std::ranges::unique(work.reasons);
            work.reasons.erase(twice.begin(), twice.end());
            if (work.edits.empty())
                continue;
            auto edited = work.edits.applied(content);
            if (path.ends_with(".yaml") && !text::changes_only(content, edited, work.scalars))
                warn(text_of(g_strdup_printf(_("“%s” could not be edited without changing more than is wanted; it "
                                               "stays as it is."),
                                             printable(path).c_str())));
            else
                finding_.changes.push_back({{}, join(work.reasons, " "), WriteFile{path, std::move(edited)}});
        }
    }

    void edit_use(const NicUse &use, FileWork &work) {
        const auto first = use.macs.empty() ? std::string{} : normal_mac(use.macs.front().piece.value);
        const auto *pair = pairs_.find(use.name, first);
        if (!pair && use.name.empty())
            pair = pairs_.with_mac(first);
        if (pair)
            edit_macs(use, *pair, work);
        if (!pair && use.macs.empty() && use.name.empty() && pairs_.pairs.size() == 1)
            pair = &pairs_.pairs.front();
        if (!use.is_link)
            for (const auto &pin : use.hardware)
                edit_hardware(use, pin, pair ? pair->driver : std::string{"virtio_net"}, work);
    }

    static void edit_macs(const NicUse &use, const NicPair &pair, FileWork &work) {
        const bool matched = std::ranges::any_of(
            use.macs, [&](const MacPin &pin) { return !pin.sets && normal_mac(pin.piece.value) == pair.mac; });
        for (const auto &pin : use.macs) {
            const auto mac = normal_mac(pin.piece.value);
            // An address that the guest gives itself is its own wish, unless it only repeats the old card's.
            if (mac == pair.mac || (pin.sets ? mac != pair.guest.mac : matched))
                continue;
            work.replace(pin.piece, written_like(pin.piece.value, pair.mac));
            work.reasons.push_back(
                text_of(g_strdup_printf(_("The target's network card has the MAC %s."), pair.mac.c_str())));
        }
    }

    void edit_hardware(const NicUse &use, const HardwarePin &pin, const std::string &driver, FileWork &work) {
        const auto words = words_of(pin.piece);
        if (pin.kind == HardwarePin::driver && std::ranges::any_of(words, [&](const text::Piece &word) {
                return fnmatch(word.value.c_str(), driver.c_str(), 0) == 0;
            }))
            return;
        if (pin.on_line && !pin.alone)
            work.remove(pin);
        else if (pin.kind == HardwarePin::driver && !driver.empty())
            work.replace(pin.piece, driver);
        else {
            warn(text_of(
                g_strdup_printf(_("“%s” is for a network card at “%s”, which the target machine does not have."),
                                printable(use.file).c_str(), printable(pin.piece.value).c_str())));
            return;
        }
        work.reasons.push_back(
            text_of(g_strdup_printf(_("It demanded a network card with “%s”, which the target machine does not have."),
                                    printable(pin.piece.value).c_str())));
    }

    /// Does the guest itself give the card this name, by its MAC alone?
    [[nodiscard]] bool named_by_guest(const NicPair &pair) const {
        return std::ranges::any_of(files_.uses, [&](const NicUse &use) {
            return use.is_link && use.name == pair.guest.name && use.hardware.empty() && !use.macs.empty() &&
                   std::ranges::any_of(use.macs, [&](const MacPin &pin) {
                       return !pin.sets && (normal_mac(pin.piece.value) == pair.mac ||
                                            normal_mac(pin.piece.value) == pair.guest.mac);
                   });
        });
    }

    Result<> write_links() {
        for (const auto &pair : pairs_.pairs) {
            if (pair.guest.name.empty() || named_by_guest(pair))
                continue;
            const auto path = own_link_prefix + pair.guest.name + ".link";
            // Path keeps VLANs and bridges out, which have the MAC of the card beneath them and no place on a bus.
            auto content = "# Written by virt-hyper2kvm.  The guest's network configuration uses this name.\n[Match]\n"
                           "MACAddress=" +
                           pair.mac + "\nPath=*pci-*\n\n[Link]\nName=" + pair.guest.name + "\n";
            if (const auto old = H2K_TRY(guest_.read(path)); old && *old == content)
                continue;
            finding_.changes.push_back(
                {{},
                 text_of(g_strdup_printf(_("“%s” uses the network interface “%s”, which the target's card with the MAC "
                                           "%s becomes."),
                                         printable(pair.guest.file).c_str(), printable(pair.guest.name).c_str(),
                                         pair.mac.c_str())),
                 WriteFile{path, std::move(content)}});
        }
        return {};
    }

    const GuestView &guest_;
    NicFiles files_;
    NicPairs pairs_;
    Finding finding_;
};

} // namespace

Result<Finding> NetworkNamesFixer::plan(const GuestView &guest, const Inspection &facts, const Machine &target,
                                        const RepairWishes &) const {
    auto files = H2K_TRY(read_nic_files(guest));
    auto pairs = pair_nics(H2K_TRY(find_guest_nics(guest, files)), target.nics);
    return Planner{guest, std::move(files), std::move(pairs)}.plan(facts);
}

} // namespace h2k
