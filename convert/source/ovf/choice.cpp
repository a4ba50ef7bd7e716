// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/choice.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/source/ovf/system.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_offers = 1024;

void find_systems(const XmlElement &parent, std::vector<XmlElement> &found) {
    for (const auto &element : parent.children()) {
        const auto name = element.name();
        if (name == "VirtualSystem" || (name == "Content" && !element.attribute("type").contains("Collection")))
            found.push_back(element);
        else if (name == "VirtualSystemCollection" || name == "Content")
            find_systems(element, found);
    }
}

/// The machine @wanted by its id, or else the only one of that name.
Result<std::size_t> system_named(const std::vector<Offer> &offers, const std::string &wanted, const std::string &name) {
    if (const auto by_id = std::ranges::find(offers, wanted, &Offer::id); by_id != offers.end())
        return static_cast<std::size_t>(by_id - offers.begin());
    const auto at = std::ranges::find(offers, wanted, &Offer::name);
    if (at == offers.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” describes no machine “%s”; it describes %s."), name.c_str(),
                    printable(wanted).c_str(), list_of(offers).c_str());
    if (std::ranges::count(offers, wanted, &Offer::name) > 1)
        return fail(H2K_ERROR_SOURCE, _("“%s” describes several machines “%s”; give the id of one of %s."),
                    name.c_str(), printable(wanted).c_str(), list_of(offers).c_str());
    return static_cast<std::size_t>(at - offers.begin());
}

std::vector<Offer> configurations_of(const XmlElement &envelope) {
    std::vector<Offer> found;
    for (const auto &section : ovf_sections(envelope, "DeploymentOptionSection"))
        for (const auto &option : section.children("Configuration")) {
            const auto is_default = option.attribute("default");
            if (found.size() < most_offers && !option.attribute("id").empty())
                found.push_back({.id = option.attribute("id"),
                                 .name = option.child("Label").text(),
                                 .chosen = is_default == "true" || is_default == "1"});
        }
    return found;
}

} // namespace

std::string list_of(const std::vector<Offer> &offers) {
    constexpr std::size_t shown = 20;
    std::string list;
    for (const auto &offer : offers) {
        if (&offer == offers.data() + shown)
            return list + ", …";
        list += (list.empty() ? "“" : ", “") + printable(offer.id.empty() ? offer.name : offer.id) + "”";
        if (!offer.name.empty() && !offer.id.empty() && offer.name != offer.id)
            list += " (" + printable(offer.name) + ")";
    }
    return list;
}

std::vector<Offer> OvfSystems::offers() const {
    std::vector<Offer> offers;
    for (const auto &system : all)
        offers.push_back(
            {.id = system.attribute("id"), .name = ovf_system_name(system), .chosen = &system == &all[chosen]});
    return offers;
}

Result<OvfSystems> choose_ovf_system(const XmlElement &envelope, const std::string &wanted, const std::string &name) {
    OvfSystems found;
    find_systems(envelope, found.all);
    if (found.all.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” describes no machine."), name.c_str());
    if (found.all.size() > most_offers)
        return fail(H2K_ERROR_SOURCE, _("“%s” describes more than %zu machines."), name.c_str(), most_offers);
    const auto offers = found.offers();
    if (wanted.empty() && offers.size() > 1)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” describes %zu machines: %s; only one can be imported at a time: choose it with --machine."),
                    name.c_str(), offers.size(), list_of(offers).c_str());
    if (!wanted.empty())
        found.chosen = H2K_TRY(system_named(offers, wanted, name));
    return found;
}

Result<std::vector<Offer>> choose_ovf_configuration(const XmlElement &envelope, const std::string &wanted,
                                                    const std::string &name) {
    auto offers = configurations_of(envelope);
    if (offers.empty() && !wanted.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” has no configurations, so --deployment-option does not apply to it."),
                    name.c_str());
    auto chosen = wanted.empty() ? std::ranges::find(offers, true, &Offer::chosen)
                                 : std::ranges::find(offers, wanted, &Offer::id);
    if (chosen == offers.end() && !wanted.empty())
        return fail(H2K_ERROR_SOURCE, _("“%s” has no configuration “%s”; it has %s."), name.c_str(),
                    printable(wanted).c_str(), list_of(offers).c_str());
    if (chosen == offers.end())
        chosen = offers.begin();
    for (auto &offer : offers)
        offer.chosen = &offer == &*chosen;
    return offers;
}

} // namespace h2k
