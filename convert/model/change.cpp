// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/change.h"
#include "convert/base/messages.h"
#include "convert/model/guest_paths.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

// One description a kind.

ChangeFacts describe(const WriteFile &write) {
    return {.kind = "write",
            .path = write.path,
            .effects = {{.act = Act::write, .path = write.path, .content = &write.content, .mode = write.mode}}};
}

ChangeFacts describe(const RemoveFile &remove) {
    return {.kind = "remove", .path = remove.path, .effects = {{.act = Act::remove, .path = remove.path}}};
}

ChangeFacts describe(const MakeFolder &make) {
    return {.kind = "folder",
            .path = make.path,
            .effects = {{.act = Act::make_folder, .path = make.path, .mode = make.mode}},
            .shown = printable(make.path) + "/\n"};
}

ChangeFacts describe(const MakeLink &make) {
    return {.kind = "link",
            .path = make.path,
            .effects = {{.act = Act::make_link, .path = make.path, .to = make.to}},
            .shown = printable(make.path) + " -> " + printable(make.to) + "\n",
            .members = {{"to", make.to}}};
}

ChangeFacts describe(const CopyIn &copy) {
    return {.kind = "copy-in",
            .path = copy.path,
            .effects = {{.act = Act::write, .path = copy.path, .mode = copy.mode}},
            .shown = printable(copy.from) + " => " + printable(copy.path) + "\n",
            .members = {{"from", copy.from}}};
}

ChangeFacts describe(const CopyFile &copy) {
    return {.kind = "copy",
            .path = copy.path,
            .effects = {{.act = Act::write, .path = copy.path, .from = copy.from}},
            .shown = printable(copy.from) + " => " + printable(copy.path) + "\n",
            .members = {{"from", copy.from}}};
}

ChangeFacts describe(const CutFile &cut) {
    return {.kind = "cut",
            .path = cut.path,
            .effects = {{.act = Act::edit, .path = cut.path}},
            .shown = printable(cut.path) + " <= " + std::to_string(cut.bytes) + " B\n",
            .members = {{"bytes", cut.bytes}, {"sha256", cut.sha256}}};
}

ChangeFacts describe(const SetLabels &set) {
    ChangeFacts facts{.kind = "label", .path = {}, .effects = {}};
    std::vector<std::vector<ChangeMember>> labels;
    for (const auto &[path, label] : set.labels) {
        facts.effects.push_back({.act = Act::label, .path = path});
        facts.shown += printable(path) + " " + printable(label) + "\n";
        labels.push_back({{"path", path}, {"label", label}});
    }
    facts.members.push_back({"labels", std::move(labels)});
    return facts;
}

ChangeFacts describe(const RunInGuest &run) {
    ChangeFacts facts{
        .kind = "run", .path = {}, .effects = {}, .command = run.argv, .shown = "$ " + line_for_shell(run.argv) + "\n"};
    for (const auto &path : run.changes)
        facts.effects.push_back({.act = Act::edit, .path = path});
    for (const auto &path : run.removes)
        facts.effects.push_back({.act = Act::remove, .path = path, .promised = true});
    for (const auto &path : run.makes)
        facts.effects.push_back({.act = Act::write, .path = path, .promised = true});
    if (!run.removes.empty())
        facts.members.push_back({"removes", run.removes});
    if (!run.makes.empty())
        facts.members.push_back({"makes", run.makes});
    return facts;
}

ChangeFacts describe(const RebuildInitramfs &rebuild) {
    Effect image{.act = Act::rebuild, .path = rebuild.image};
    for (const auto &module : rebuild.modules)
        image.adds.push_back("usr/lib/modules/" + rebuild.kernel + "/kernel/" + module + ".ko");
    ChangeFacts facts{.kind = "rebuild-initramfs",
                      .path = rebuild.image,
                      .effects = {std::move(image)},
                      .command = rebuild.argv,
                      .shown = "$ " + line_for_shell(rebuild.argv) + "\n",
                      .members = {{"kernel", rebuild.kernel}, {"modules", rebuild.modules}}};
    if (!rebuild.otherwise.empty()) {
        facts.shown += "|| " + line_for_shell(rebuild.otherwise) + "\n";
        facts.members.push_back({"otherwise", rebuild.otherwise});
    }
    return facts;
}

ChangeFacts describe(const ExtendInitramfs &extend) {
    Effect image{.act = Act::extend, .path = extend.image};
    ChangeFacts facts{.kind = "extend-initramfs", .path = extend.image, .effects = {}};
    std::vector<std::vector<ChangeMember>> files;
    for (const auto &file : extend.files) {
        image.adds.push_back(file.name);
        facts.shown += "+ " + printable(file.name) + "\n";
        files.push_back({{"name", file.name}, {"from", file.from}, {"content", file.content}});
    }
    facts.effects.push_back(std::move(image));
    facts.members = {{"kernel", extend.kernel}, {"modules", extend.modules}, {"files", std::move(files)}};
    if (!extend.otherwise.empty()) {
        facts.shown += "|| " + line_for_shell(extend.otherwise) + "\n";
        facts.members.push_back({"otherwise", extend.otherwise});
    }
    return facts;
}

bool is_secret(const Effect &effect) {
    constexpr std::array files = {"/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/passwd-"};
    constexpr std::array folders = {"/etc/NetworkManager/system-connections/", "/etc/ssh/ssh_host_",
                                    "/etc/wpa_supplicant/", H2K_GUEST_FOLDER "/firstboot.d/"};
    constexpr unsigned others = 007;
    const auto &path = effect.path;
    if (effect.promised || (effect.act != Act::write && effect.act != Act::remove))
        return false;
    // A guest without /etc/shadow has its hashes in /etc/passwd.
    if (effect.content && path == "/etc/passwd" && effect.content->find(":$") != std::string::npos)
        return true;
    return (effect.act == Act::write && (effect.mode.value_or(others) & others) == 0) ||
           path.ends_with("random-seed") || path.ends_with(".netdev") ||
           std::ranges::find(files, path) != files.end() ||
           std::ranges::any_of(folders, [&](const char *folder) { return path.starts_with(folder); });
}

} // namespace

ChangeFacts facts_of(const Change &change) {
    auto facts = std::visit([](const auto &action) { return describe(action); }, change.action);
    facts.secret = facts.secret || std::ranges::any_of(facts.effects, is_secret);
    return facts;
}

std::optional<Change> instead_of(const Change &change) {
    const auto *extend = std::get_if<ExtendInitramfs>(&change.action);
    if (!extend || extend->otherwise.empty())
        return std::nullopt;
    return Change{.fixer = change.fixer,
                  .reason = change.reason,
                  .action = RebuildInitramfs{.kernel = extend->kernel,
                                             .image = extend->image,
                                             .modules = extend->modules,
                                             .argv = extend->otherwise},
                  .may_fail = change.may_fail};
}

} // namespace h2k
