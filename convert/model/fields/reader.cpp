// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/fields/reader.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/nearest.h"
#include <algorithm>
#include <cstring>

namespace h2k {

FieldReader::FieldReader(const Node &node, Missing missing)
    : node_(node), missing_(missing), result_(require(node, Node::Kind::map)) {}

const Node *FieldReader::find(const char *name) {
    known_.push_back(name);
    const auto *node = result_ ? node_.member(name) : nullptr;
    found_ += node ? 1 : 0;
    return node;
}

void FieldReader::keep(Result<> result) {
    if (result_ && !result)
        result_ = std::move(result);
}

void FieldReader::refuse_missing(const char *name) { keep(node_.refused(_("The member “%s” is missing here."), name)); }

Result<> FieldReader::finish() {
    H2K_CHECK(std::move(result_));
    for (std::size_t i = 0; i < node_.keys.size(); ++i) {
        const auto &key = node_.keys[i];
        if (std::ranges::any_of(known_, [&](const char *name) { return key == name; }))
            continue;
        const auto shown = printable(key);
        if (const auto *near = nearest(key, known_))
            return node_.items[i].refused(_("Unknown member “%s”; did you mean “%s”?"), shown.c_str(), near);
        return node_.items[i].refused(_("Unknown member “%s”."), shown.c_str());
    }
    return {};
}

Result<> FieldReader::require(const Node &node, Node::Kind kind) {
    if (node.kind == kind)
        return {};
    return node.refused("%s",
                        kind == Node::Kind::map ? _("An object is expected here.") : _("A list is expected here."));
}

Result<> FieldReader::is_value(const Node &node, std::string_view text) {
    std::string value;
    H2K_CHECK(read(node, value));
    return value == text ? Result<>{} : refuse_name(node);
}

Result<> FieldReader::is_value(const Node &node, int number) {
    return node.plain && node.value == std::to_string(number) ? Result<>{} : refuse_name(node);
}

Result<> FieldReader::read(const Node &node, std::string &value) {
    if (node.plain)
        return node.refused("%s", _("A string is expected here."));
    value = H2K_TRY(node.text());
    return {};
}

Result<> FieldReader::read(const Node &node, bool &value) {
    if (!node.plain || (node.value != "true" && node.value != "false"))
        return node.refused("%s", _("Either true or false is expected here."));
    value = node.value == "true";
    return {};
}

Result<> FieldReader::read(const Node &node, double &value) {
    if (!node.plain || !(g_ascii_isdigit(node.value[0]) || node.value[0] == '-'))
        return node.refused("%s", not_a_number());
    value = g_ascii_strtod(node.value.c_str(), nullptr);
    return {};
}

const char *FieldReader::not_a_number() { return _("A number is expected here."); }

std::unexpected<Error> FieldReader::refuse_name(const Node &node) {
    return node.refused(_("“%s” is not a valid value here."), printable(node.value).c_str());
}

} // namespace h2k
