// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/environment.h"
#include "convert/base/text.h"
#include "convert/source/ovf/system.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest = 1u << 20;

bool comes_on_iso(const XmlElement &system) {
    return std::ranges::any_of(ovf_sections(system, "VirtualHardwareSection"), [](const XmlElement &hardware) {
        const auto ways = words(hardware.attribute("transport"));
        return std::ranges::find(ways, "iso") != ways.end();
    });
}

/// The value of the option, else the one for all.
std::string value_of(const XmlElement &property, const std::string &option) {
    for (const auto &value : property.children("Value"))
        if (!option.empty() && value.attribute("configuration") == option)
            return value.attribute("value");
    return property.attribute("value");
}

std::string quoted(const std::string &text) {
    return "\"" + std::string{Owned<char>{g_markup_escape_text(text.c_str(), -1)}.get()} + "\"";
}

/// "CLASS.KEY.INSTANCE", of which the first and the last may be missing.
std::string full_key(const XmlElement &section, const XmlElement &property) {
    auto key = property.attribute("key");
    if (const auto product = section.attribute("class"); !product.empty())
        key = product + "." + key;
    if (const auto instance = section.attribute("instance"); !instance.empty())
        key += "." + instance;
    return key;
}

} // namespace

std::string ovf_environment(const XmlElement &system, const std::string &option) {
    if (!comes_on_iso(system))
        return {};
    std::string properties;
    for (const auto &section : ovf_sections(system, "ProductSection"))
        for (const auto &property : section.children("Property")) {
            properties += "    <Property oe:key=" + quoted(full_key(section, property)) +
                          " oe:value=" + quoted(value_of(property, option)) + "/>\n";
            if (properties.size() > longest)
                return {};
        }
    if (properties.empty())
        return {};
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<Environment xmlns=\"http://schemas.dmtf.org/ovf/environment/1\" "
           "xmlns:oe=\"http://schemas.dmtf.org/ovf/environment/1\" oe:id=" +
           quoted(system.attribute("id")) + ">\n  <PropertySection>\n" + properties +
           "  </PropertySection>\n</Environment>\n";
}

} // namespace h2k
