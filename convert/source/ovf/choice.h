// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/plans.h"
#include "convert/xml/xml_document.h"

namespace h2k {

/// All machines of @envelope, however deep in collections, and which one is meant.  None, several of which none is
/// named, and a name that none or two of them have are H2K_ERROR_SOURCE.  @name: of the descriptor, printable.
struct OvfSystems {
    std::vector<XmlElement> all;
    std::size_t chosen = 0;
    [[nodiscard]] std::vector<Offer> offers() const;
};
[[nodiscard]] Result<OvfSystems> choose_ovf_system(const XmlElement &envelope, const std::string &wanted,
                                                   const std::string &name);

/// The deployment options of @envelope, one of them chosen: the wanted one, or else the default (DSP0243,
/// "DeploymentOptionSection").  Empty where it has none.  One that it does not have is H2K_ERROR_SOURCE.
[[nodiscard]] Result<std::vector<Offer>> choose_ovf_configuration(const XmlElement &envelope, const std::string &wanted,
                                                                  const std::string &name);

/// “a”, “b”, …: for messages.
[[nodiscard]] std::string list_of(const std::vector<Offer> &offers);

} // namespace h2k
