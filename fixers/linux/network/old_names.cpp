// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/old_names.h"
#include "convert/base/mac.h"
#include "fixers/linux/network/old_scheme.h"
#include "fixers/linux/network/seen_names.h"
#include <algorithm>
#include <optional>

namespace h2k {

namespace {

/// A card of the target that has no name yet.
struct Nameless {
    NicPair pair;
    std::size_t index = 0; ///< among the target's cards
    bool is_new = false;   ///< no interface of the guest's files became it
};

class Namer {
  public:
    Namer(const GuestView &guest, const NicFiles &files, NicPairs &pairs)
        : guest_(guest), files_(files), pairs_(pairs) {
        for (auto &pair : pairs.pairs)
            if (pair.guest.name.empty())
                add(pair, false);
        for (auto &pair : pairs.unnamed)
            add(pair, true);
        std::ranges::sort(left_, {}, &Nameless::index);
    }

    Result<> name(const Inspection &facts) {
        name_by_rules();
        if (left_.empty())
            return {};
        scheme_ = H2K_TRY(old_scheme(guest_, facts));
        used_ = H2K_TRY(names_that_were_used(guest_));
        name_by_mac();
        if (!left_.empty() && scheme_ != OldScheme::kernel)
            H2K_CHECK(name_by_slots());
        name_as_many(used_, false);
        if (!left_.empty())
            name_as_many(H2K_TRY(settings()), true);
        return {};
    }

  private:
    void add(const NicPair &pair, bool is_new) {
        const auto at = std::ranges::find(pairs_.cards, pair.mac) - pairs_.cards.begin();
        left_.push_back({pair, static_cast<std::size_t>(at), is_new});
    }

    [[nodiscard]] bool is_free(const std::string &name) const {
        const auto is_made = [&](const NicUse &use) { return use.made && use.name == name; };
        return !pairs_.find(name, {}) && std::ranges::none_of(files_.uses, is_made);
    }

    /// @file: the one that uses the name; empty: the card had it on the old machine.
    void give(const Nameless &card, const std::string &name, const std::string &file) {
        auto named = card.pair;
        named.guest.name = name;
        named.as_before = file.empty();
        if (named.guest.file.empty())
            named.guest.file = file;
        const auto same = [&](const NicPair &pair) { return pair.mac == named.mac; };
        if (card.is_new) {
            std::erase_if(pairs_.unnamed, same);
            pairs_.pairs.push_back(std::move(named));
        } else
            *std::ranges::find_if(pairs_.pairs, same) = std::move(named);
    }

    /// Gives each card the name that @name_of has for it.
    template <typename NameOf> void give_each(NameOf name_of) {
        std::erase_if(left_, [&](const Nameless &card) {
            const std::string name = name_of(card);
            if (name.empty() || !is_free(name))
                return false;
            give(card, name, {});
            return true;
        });
    }

    /// A rule or .link file of the guest that gives a card with this MAC its name.
    void name_by_rules() {
        give_each([&](const Nameless &card) {
            for (const auto &use : files_.uses)
                for (const auto &pin : use.macs)
                    if (const auto mac = parse_mac(pin.piece.value);
                        (use.is_rule || use.is_link) && is_card_name(use.name) &&
                        (mac == card.pair.mac || mac == card.pair.guest.mac))
                        return use.name;
            // What an earlier import gave it.
            const auto own = files_.own_links.find(card.pair.mac);
            return own == files_.own_links.end() ? std::string{} : own->second;
        });
    }

    void name_by_mac() {
        give_each([&](const Nameless &card) {
            for (const auto &seen : used_)
                if (!seen.mac.empty() && (seen.mac == card.pair.mac || seen.mac == card.pair.guest.mac) &&
                    !is_the_kernels(seen.name))
                    return seen.name;
            return std::string{};
        });
    }

    /// Would the kernel's cards be called so anyway?
    [[nodiscard]] bool is_the_kernels(const std::string &name) const {
        return scheme_ == OldScheme::kernel && kernel_index(name).has_value();
    }

    /// The names of @all that a card which is left can have had.
    [[nodiscard]] std::vector<SeenName> possible(std::vector<SeenName> all) const {
        std::erase_if(all, [&](const SeenName &seen) {
            // A name after a slot that no card is in is older than the machine as it was.
            const bool stale = (seen.name.starts_with("ens") || seen.name.starts_with("eno")) &&
                               std::ranges::all_of(left_, [&](const Nameless &card) {
                                   return card.pair.slot != 0 && !is_name_of_slot(seen.name, card.pair.slot);
                               });
            return stale || !seen.mac.empty() || !is_free(seen.name);
        });
        return all;
    }

    Result<> name_by_slots() {
        // What the guest was called last contradicts the scheme where it has names of another one for all cards.
        const auto last = possible(used_);
        const bool other = last.size() == left_.size() && std::ranges::none_of(last, [&](const SeenName &seen) {
                               return std::ranges::any_of(left_, [&](const Nameless &card) {
                                   return is_name_of_slot(seen.name, card.pair.slot);
                               });
                           });
        if (other || std::ranges::all_of(left_, [](const Nameless &card) { return card.pair.slot == 0; }))
            return {};
        give_each([&](const Nameless &card) { return name_of_slot(card, used_); });
        const bool is_sure = scheme_ == OldScheme::slot;
        if (!is_sure && !left_.empty()) {
            const auto all = H2K_TRY(settings());
            give_each([&](const Nameless &card) { return name_of_slot(card, all); });
        }
        give_each([&](const Nameless &card) {
            return scheme_ == OldScheme::slot      ? slot_name(card.pair.slot)
                   : scheme_ == OldScheme::onboard ? onboard_name(card.pair.slot, card.index)
                                                   : std::string{};
        });
        return {};
    }

    static std::string name_of_slot(const Nameless &card, const std::vector<SeenName> &all) {
        const auto found =
            std::ranges::find_if(all, [&](const SeenName &seen) { return is_name_of_slot(seen.name, card.pair.slot); });
        return found == all.end() ? std::string{} : found->name;
    }

    /// Would the card no longer be one that the network's own files are for?
    [[nodiscard]] bool leaves_patterns(const std::string &name) const {
        const auto fit = [&](const std::string &one) {
            return std::ranges::any_of(files_.patterns, [&](const auto &patterns) { return fits(patterns, one); });
        };
        return !files_.patterns.empty() && fit(default_card_name) && !fit(name);
    }

    /// Gives the cards that are left the names of @all in turn, where there are as many of them.
    void name_as_many(const std::vector<SeenName> &all, bool names_file) {
        auto names = possible(all);
        std::erase_if(names, [&](const SeenName &seen) { return is_the_kernels(seen.name); });
        // Examples and old scripts speak of eth0.
        if (names_file && std::ranges::any_of(names, [](const auto &seen) { return !kernel_index(seen.name); }))
            std::erase_if(names, [](const SeenName &seen) { return kernel_index(seen.name).has_value(); });
        if (names.size() != left_.size() ||
            std::ranges::any_of(names, [&](const auto &seen) { return leaves_patterns(seen.name); }))
            return;
        std::ranges::sort(names, natural_less, &SeenName::name);
        for (std::size_t i = 0; i < names.size(); ++i)
            give(left_[i], names[i].name, names_file ? names[i].file : std::string{});
        left_.clear();
    }

    Result<std::vector<SeenName>> settings() {
        if (!settings_)
            settings_ = H2K_TRY(names_in_settings(guest_));
        return *settings_;
    }

    const GuestView &guest_;
    const NicFiles &files_;
    NicPairs &pairs_;
    OldScheme scheme_ = OldScheme::unknown;
    std::vector<Nameless> left_;
    std::vector<SeenName> used_;
    std::optional<std::vector<SeenName>> settings_;
};

} // namespace

Result<> name_as_before(const GuestView &guest, const Inspection &facts, const NicFiles &files, NicPairs &pairs) {
    return Namer{guest, files, pairs}.name(facts);
}

} // namespace h2k
