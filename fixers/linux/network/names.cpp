// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/network/nic_files.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/network/edits.h"
#include "fixers/linux/network/leftovers.h"
#include "fixers/linux/network/naming.h"
#include "fixers/linux/network/old_names.h"
#include "fixers/linux/network/pairs.h"
#include "fixers/linux/network/rules.h"

namespace h2k {

namespace {

void warn_of_absent_cards(const NicPairs &pairs, NicFiles &files) {
    for (const auto &nic : pairs.left)
        if (!nic.name.empty())
            files.warn(
                "network-names.no-card",
                sentence(
                    _("“%s” uses the network interface “%s”, but the target machine has no network card left for it."),
                    printable(nic.file).c_str(), printable(nic.name).c_str()));
        else if (!nic.mac.empty())
            files.warn("network-names.no-card",
                       sentence(_("“%s” is for the network card %s, but the target machine has no card left for it."),
                                printable(nic.file).c_str(), nic.mac.c_str()));
        else
            files.warn("network-names.no-card",
                       sentence(_("“%s” is for a network card that the target machine does not have."),
                                printable(nic.file).c_str()));
}

} // namespace

Result<Finding> plan_network_names(const FixerInput &input) {
    Finding finding;
    if (input.options.network == NetworkFix::none) {
        finding.skipped = _("The network configuration is left alone, as --network-fix=none says.");
        return finding;
    }
    const bool clean = input.options.network == NetworkFix::clean;
    auto files = H2K_TRY(read_nic_files(input.guest));
    auto pairs = pair_nics(H2K_TRY(find_guest_nics(input.guest, files)), input.target.nics);
    warn_of_absent_cards(pairs, files);
    const auto &facts = input.facts.linux_facts();
    const auto named_by = H2K_TRY(what_names_cards(input.guest, facts));
    if (named_by != NamedBy::kernel)
        H2K_CHECK(name_as_before(input.guest, input.facts, files, pairs));
    name_by_patterns(files, pairs);
    H2K_CHECK(plan_nic_edits(input.guest, files, pairs, clean, finding));
    finding.notices = files.notices;
    if (clean)
        H2K_CHECK(plan_leftovers(input.guest, finding));
    if (pairs.pairs.empty())
        return finding;
    plan_net_rules(files, pairs, named_by == NamedBy::rules, facts.init == "systemd", finding);
    if (named_by == NamedBy::links)
        H2K_CHECK(plan_net_links(input.guest, files, pairs, finding));
    warn_of_collisions(pairs, named_by, facts.init == "systemd", finding);
    return finding;
}

} // namespace h2k
