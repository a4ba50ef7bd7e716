// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/change_json.h"

namespace h2k {

void write_change(JsonWriter &json, const Change &change) {
    json.member("fixer", change.fixer);
    json.member("kind", kind_of(change));
    json.optional("path", path_of(change));
    json.member("reason", change.reason);
    if (const auto *run = std::get_if<RunInGuest>(&change.action)) {
        json.member("command", run->argv);
        if (!run->removes.empty())
            json.member("removes", run->removes);
        if (!run->makes.empty())
            json.member("makes", run->makes);
    }
    if (const auto *rebuild = std::get_if<RebuildInitramfs>(&change.action)) {
        json.member("command", rebuild->argv);
        json.member("kernel", rebuild->kernel);
        json.member("modules", rebuild->modules);
    }
    if (const auto *link = std::get_if<MakeLink>(&change.action))
        json.member("to", link->to);
    if (const auto *copy = std::get_if<CopyIn>(&change.action))
        json.member("from", copy->from);
    if (const auto *copy = std::get_if<CopyFile>(&change.action))
        json.member("from", copy->from);
    if (const auto *set = std::get_if<SetLabels>(&change.action))
        json.array("labels", [&] {
            for (const auto &[path, label] : set->labels)
                json.object([&] {
                    json.member("path", path);
                    json.member("label", label);
                });
        });
    if (change.may_fail)
        json.member("may_fail", true);
}

} // namespace h2k
