// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/change_json.h"

namespace h2k {

void write_change_member(JsonWriter &json, const ChangeMember &member) {
    std::visit(Match{
                   [&](const std::vector<std::vector<ChangeMember>> &objects) {
                       json.array(member.name, [&] {
                           for (const auto &object : objects)
                               json.object([&] {
                                   for (const auto &inner : object)
                                       write_change_member(json, inner);
                               });
                       });
                   },
                   [&](const auto &text_or_texts) { json.member(member.name, text_or_texts); },
               },
               member.value);
}

void write_change(JsonWriter &json, const Change &change) {
    const auto facts = facts_of(change);
    json.member("fixer", change.fixer);
    json.member("kind", facts.kind);
    json.optional("path", facts.path);
    json.member("reason", change.reason);
    if (!facts.command.empty())
        json.member("command", facts.command);
    for (const auto &member : facts.members)
        write_change_member(json, member);
    if (change.may_fail)
        json.member("may_fail", true);
}

} // namespace h2k
