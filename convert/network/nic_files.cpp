// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/network/nic_files.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/messages.h"
#include <algorithm>

namespace h2k {

namespace {

/// Bounds that no guest comes near.
constexpr std::size_t most_uses = 4096, most_names = 64, most_notices = 200;

/// The uses of cards among those of interfaces.
class CardUses {
  public:
    CardUses(const NetworkFiles &from, NicFiles &into) : into_(into) {
        for (const auto &use : from.uses) {
            if (use.kind == NetworkUse::seed)
                continue;
            made_.insert(use.upper.begin(), use.upper.end());
            if (!use.card)
                made_.insert(use.names.begin(), use.names.end());
        }
        for (const auto &use : from.uses)
            if (use.settings.file.starts_with(own_link_prefix))
                add_own(use);
            else if (use.kind != NetworkUse::seed)
                add(use);
        for (auto &use : into_.uses)
            use.made = !use.name.empty() && (made_.contains(use.name) || !is_card_name(use.name));
        std::erase_if(into_.uses, [](const NicUse &use) { return use.made && use.macs.empty(); });
    }

  private:
    void add_own(const NetworkUse &use) {
        for (const auto &pin : use.macs)
            if (!pin.sets && !use.names.empty() && into_.own_links.size() < most_uses)
                into_.own_links.try_emplace(parse_mac(pin.piece.value), use.names.front());
    }

    void add(const NetworkUse &use) {
        for (const auto &name : use.lower)
            push({.file = use.settings.file, .name = without_suffix(name), .beneath = true});
        NicUse one{.file = use.settings.file,
                   .macs = use.macs,
                   .hardware = use.card ? use.hardware : std::vector<HardwarePin>{},
                   .is_rule = use.kind == NetworkUse::rule,
                   .is_link = use.kind == NetworkUse::link,
                   .renamed = use.renamed};
        for (auto &pin : one.macs)
            pin.on_line = pin.on_line && use.names.size() < 2;
        if (!add_named(use, one) && use.card && (!one.macs.empty() || !one.hardware.empty() || !one.renamed.empty()))
            push(std::move(one));
    }

    /// Adds @one for each name of @use that is one of an interface.  False: it has no such name.
    bool add_named(const NetworkUse &use, const NicUse &one) {
        bool named = false, has_pattern = false;
        for (const auto &name : use.names) {
            if (use.unsure)
                break;
            if (is_pattern(name)) {
                has_pattern = has_pattern || !name.starts_with('!');
                continue;
            }
            auto with_name = one;
            with_name.name = use.card && !one.is_link && !one.is_rule ? without_suffix(name) : name;
            with_name.beneath = with_name.name != name && name.find('.') != std::string::npos;
            push(std::move(with_name));
            named = true;
        }
        // Packages install patterns for containers and the like.
        if (has_pattern && use.card && use.settings.file.starts_with("/etc/"))
            into_.patterns.push_back(
                {use.settings.file, {use.names.begin(), use.names.begin() + std::min(use.names.size(), most_names)}});
        return named;
    }

    void push(NicUse use) {
        if (into_.uses.size() < most_uses)
            into_.uses.push_back(std::move(use));
        else
            into_.warn("network.too-many-settings",
                       sentence(_("“%s” describes more network cards than are read; the rest was ignored."),
                                printable(use.file).c_str()));
    }

    NicFiles &into_;
    std::set<std::string> made_; // interfaces that software makes
};

} // namespace

void NicFiles::warn(std::string id, std::string text) {
    if (notices.size() < most_notices)
        notices.warn(std::move(id), std::move(text));
}

Result<NicFiles> read_nic_files(const GuestView &guest) {
    auto files = H2K_TRY(read_network_files(guest));
    NicFiles found;
    found.notices = std::move(files.unread);
    found.notices.add(files.hardware);
    const CardUses uses{files, found};
    found.contents = std::move(files.contents);
    found.left_out = std::move(files.left_out);
    return found;
}

} // namespace h2k
