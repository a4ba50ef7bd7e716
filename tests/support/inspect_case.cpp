// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/inspect_case.h"
#include "convert/base/files.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/json.h"
#include "tests/support/test.h"
#include <filesystem>

namespace h2k::test {

namespace {

using Files = std::map<std::string, std::string>;

std::string text_member(JsonObject *object, const char *name) {
    return json_object_has_member(object, name) ? json_object_get_string_member(object, name) : "";
}

std::vector<std::string> texts_member(JsonObject *object, const char *name) {
    std::vector<std::string> texts;
    if (!json_object_has_member(object, name))
        return texts;
    auto *array = json_object_get_array_member(object, name);
    for (guint i = 0; i < json_array_get_length(array); i++)
        texts.emplace_back(json_array_get_string_element(array, i));
    return texts;
}

Lock lock_named(const std::string &name) {
    for (const auto lock : {Lock::closed, Lock::wrong_key, Lock::open})
        if (name == name_of(lock))
            return lock;
    return Lock::none;
}

BlockDevice device_from(JsonObject *object) {
    return {.name = text_member(object, "name"),
            .type = text_member(object, "type"),
            .uuid = text_member(object, "uuid"),
            .label = text_member(object, "label"),
            .partuuid = text_member(object, "partuuid"),
            .parttype = text_member(object, "parttype"),
            .disk = static_cast<unsigned>(json_object_get_int_member_with_default(object, "disk", 0)),
            .partition = static_cast<unsigned>(json_object_get_int_member_with_default(object, "partition", 0)),
            .bytes = static_cast<std::uint64_t>(json_object_get_int_member_with_default(object, "bytes", 0)),
            .lock = lock_named(text_member(object, "lock")),
            .degraded = json_object_has_member(object, "degraded") != FALSE,
            .below = texts_member(object, "below"),
            .names = texts_member(object, "names")};
}

Files read_tree(const std::string &root) {
    Files files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at{root, error}, end; !error && at != end; at.increment(error))
        if (at->is_regular_file(error))
            files[at->path().string().substr(root.size())] = unwrap(read_file(at->path().string(), 1u << 20));
    return files;
}

/// Adds what each link leads to under the link's own path, so that a map of paths answers as a file system would.
void follow_links(Files &files, const Files &links) {
    for (unsigned pass = 0; pass < 3; pass++)
        for (const auto &[path, says] : links) {
            const auto base = std::filesystem::path{path}.parent_path();
            const auto target = (base / says).lexically_normal().string();
            const Files before = files;
            for (const auto &[file, content] : before)
                if (file == target || file.starts_with(target + "/"))
                    files.try_emplace(path + file.substr(target.size()), content);
        }
}

/// "/root" for a mount with "subvol=root" or "subvol=/root", "" otherwise.
std::string subvolume(const Mount &mount) {
    for (const auto &option : split(mount.options, ','))
        if (option.starts_with("subvol="))
            return (std::filesystem::path{"/"} / option.substr(7)).string();
    return "";
}

/// The part of @on below @from, put at @to.
Files moved(const Files &on, const std::string &from, const std::string &to) {
    Files files;
    for (const auto &[path, content] : on)
        if (path.starts_with(from + "/"))
            files[(to == "/" ? "" : to) + path.substr(from.size())] = content;
    return files;
}

Ref<JsonParser> parsed(const std::string &path) {
    auto parser = Ref<JsonParser>::adopt(json_parser_new());
    GError *error = nullptr;
    json_parser_load_from_file(parser.get(), path.c_str(), &error);
    g_assert_no_error(error);
    return parser;
}

} // namespace

InspectCase load_inspect_case(const std::string &folder) {
    InspectCase found;
    const auto parser = parsed(folder + "/facts.json");
    auto *facts = json_node_get_object(json_parser_get_root(parser.get()));
    auto *devices = json_object_get_array_member(facts, "devices");
    found.wish = text_member(facts, "wish");
    auto *links = json_object_has_member(facts, "links") ? json_object_get_object_member(facts, "links") : nullptr;
    for (guint i = 0; i < json_array_get_length(devices); i++) {
        const auto device = device_from(json_array_get_object_element(devices, i));
        auto &own = found.links[device.name];
        if (links != nullptr && json_object_has_member(links, device.name.c_str())) {
            auto *of = json_object_get_object_member(links, device.name.c_str());
            const auto *names = json_object_get_members(of);
            for (const auto *name = names; name != nullptr; name = name->next)
                own[static_cast<const char *>(name->data)] =
                    json_object_get_string_member(of, static_cast<const char *>(name->data));
            g_list_free(const_cast<GList *>(names));
        }
        auto files = read_tree(folder + "/tree/" + replace_all(device.name.substr(5), "/", "-"));
        follow_links(files, own);
        found.storage.files[device.name] = std::move(files);
        found.storage.list.push_back(device);
    }
    return found;
}

FakeGuest mounted_guest(const InspectCase &found, const std::vector<Mount> &mounts) {
    FakeGuest guest;
    for (const auto &mount : mounts) {
        if (const auto on = found.storage.files.find(mount.device); on != found.storage.files.end())
            guest.files.merge(moved(on->second, subvolume(mount), mount.path));
        if (const auto on = found.links.find(mount.device); on != found.links.end())
            guest.links.merge(moved(on->second, subvolume(mount), mount.path));
    }
    follow_links(guest.files, guest.links);
    return guest;
}

std::string interface_line(const GuestInterface &one) {
    std::vector<std::string> parts{one.backend + ": " + (one.name.empty() ? "?" : one.name), one.kind, one.mac};
    if (!one.members.empty())
        parts.push_back("of " + join(one.members, " "));
    if (one.vlan)
        parts.push_back("number " + std::to_string(*one.vlan));
    if (!one.parent.empty())
        parts.push_back("on " + one.parent);
    if (one.dhcp4)
        parts.emplace_back("dhcp4");
    if (one.dhcp6)
        parts.emplace_back("dhcp6");
    parts.push_back(join(one.addresses, " "));
    if (!one.gateways.empty())
        parts.push_back("gateway " + join(one.gateways, " "));
    parts.push_back(one.file);
    std::erase(parts, "");
    return printable(join(parts, ", "));
}

std::string inspection_json(const Inspection &facts) {
    const auto &system = facts.linux_facts();
    JsonWriter json;
    json.object([&] {
        json.member("distro", system.distro);
        json.member("version", facts.version);
        json.member("pretty_name", facts.pretty_name);
        json.member("arch", facts.arch);
        json.member("hostname", facts.hostname);
        json.member("init", system.init);
        json.member("packages", system.packages);
        json.member("initramfs_tool", system.initramfs_tool);
        json.member("firmware", name_of(facts.firmware));
        json.member("root", facts.root);
        json.member("root_stack", join(system.root_stack, " "));
        json.array("mounts", [&] {
            for (const auto &mount : facts.mounts)
                json.value(mount.device + " " + mount.path + " " + mount.type + " " + mount.options);
        });
        json.array("kernels", [&] {
            for (const auto &kernel : system.kernels)
                json.value(kernel.version + " " + kernel.image + " " + kernel.initramfs);
        });
        if (!facts.interfaces.empty())
            json.array("interfaces", [&] {
                for (const auto &one : facts.interfaces)
                    json.value(interface_line(one));
            });
        json.member("warnings", facts.warnings);
    });
    return json.text();
}

} // namespace h2k::test
