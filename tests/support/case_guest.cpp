// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/case_guest.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/config/options.h"
#include <filesystem>
#include <functional>
#include <json-glib/json-glib.h>

namespace h2k::test {

namespace {

using Setter = std::function<Result<>(JsonNode *)>;
using Setters = std::map<std::string, Setter, std::less<>>;

Result<> set_members(JsonNode *node, const Setters &setters) {
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return fail(H2K_ERROR_FAILED, "an object is expected");
    JsonObject *object = json_node_get_object(node);
    JsonObjectIter iter;
    json_object_iter_init(&iter, object);
    const char *name = nullptr;
    JsonNode *value = nullptr;
    while (json_object_iter_next(&iter, &name, &value)) {
        const auto setter = setters.find(std::string_view{name});
        if (setter == setters.end())
            return fail(H2K_ERROR_FAILED, "unknown member “%s”", name);
        if (auto done = setter->second(value); !done)
            return std::unexpected(std::move(done).error().context(name));
    }
    return {};
}

Setter text(std::string &into) {
    return [&into](JsonNode *node) -> Result<> {
        const char *value = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : nullptr;
        if (!value)
            return fail(H2K_ERROR_FAILED, "a string is expected");
        into = value;
        return {};
    };
}

Setter flag(bool &into) {
    return [&into](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
            return fail(H2K_ERROR_FAILED, "true or false is expected");
        into = json_node_get_boolean(node);
        return {};
    };
}

template <typename N> Setter number(N &into) {
    return [&into](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
            return fail(H2K_ERROR_FAILED, "a number is expected");
        into = static_cast<N>(json_node_get_int(node));
        return {};
    };
}

template <typename T> Setter each(std::vector<T> &into, Setters (*members)(T &)) {
    return [&into, members](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_ARRAY(node))
            return fail(H2K_ERROR_FAILED, "an array is expected");
        JsonArray *array = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(array); ++i)
            H2K_CHECK(set_members(json_array_get_element(array, i), members(into.emplace_back())));
        return {};
    };
}

Setter texts(std::vector<std::string> &into) {
    return [&into](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_ARRAY(node))
            return fail(H2K_ERROR_FAILED, "an array is expected");
        JsonArray *array = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(array); ++i)
            H2K_CHECK(text(into.emplace_back())(json_array_get_element(array, i)));
        return {};
    };
}

Setter lock(Lock &into) {
    return [&into](JsonNode *node) -> Result<> {
        std::string name;
        H2K_CHECK(text(name)(node));
        for (const auto known : {Lock::none, Lock::closed, Lock::wrong_key, Lock::open})
            if (name == name_of(known)) {
                into = known;
                return {};
            }
        return fail(H2K_ERROR_FAILED, "no lock is called “%s”", name.c_str());
    };
}

Setters members_of_device(BlockDevice &d) {
    return {{"name", text(d.name)},         {"type", text(d.type)},         {"uuid", text(d.uuid)},
            {"label", text(d.label)},       {"partuuid", text(d.partuuid)}, {"partlabel", text(d.partlabel)},
            {"parttype", text(d.parttype)}, {"disk", number(d.disk)},       {"partition", number(d.partition)},
            {"bytes", number(d.bytes)},     {"lock", lock(d.lock)},         {"below", texts(d.below)},
            {"names", texts(d.names)}};
}
Setters members_of_mount(Mount &m) {
    return {{"device", text(m.device)}, {"path", text(m.path)}, {"type", text(m.type)}, {"options", text(m.options)}};
}
Setters members_of_kernel(Kernel &k) {
    return {{"version", text(k.version)}, {"image", text(k.image)}, {"initramfs", text(k.initramfs)}};
}
Setters members_of_nic(Nic &n) {
    return {{"mac", text(n.mac)}, {"model", text(n.model)}, {"network", text(n.network)}, {"slot", number(n.slot)}};
}

Setter firmware(Firmware &into) {
    return [&into](JsonNode *node) -> Result<> {
        std::string name;
        H2K_CHECK(text(name)(node));
        for (const auto known : {Firmware::unknown, Firmware::bios, Firmware::uefi})
            if (name == name_of(known)) {
                into = known;
                return {};
            }
        return fail(H2K_ERROR_FAILED, "no firmware is called “%s”", name.c_str());
    };
}

Setters members_of_room(Room &r) { return {{"file", number(r.file)}, {"free", number(r.free)}}; }

Setter rooms(FakeGuest &guest) {
    return [&guest](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_OBJECT(node))
            return fail(H2K_ERROR_FAILED, "an object is expected");
        JsonObjectIter iter;
        json_object_iter_init(&iter, json_node_get_object(node));
        const char *path = nullptr;
        JsonNode *room = nullptr;
        while (json_object_iter_next(&iter, &path, &room))
            H2K_CHECK(set_members(room, members_of_room(guest.rooms[path])));
        return {};
    };
}

Setter links(FakeGuest &guest) {
    return [&guest](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_OBJECT(node))
            return fail(H2K_ERROR_FAILED, "an object is expected");
        JsonObjectIter iter;
        json_object_iter_init(&iter, json_node_get_object(node));
        const char *from = nullptr;
        JsonNode *to = nullptr;
        while (json_object_iter_next(&iter, &from, &to)) {
            H2K_CHECK(text(guest.links[from])(to));
            const Owned<char> folder{g_path_get_dirname(from)};
            const Owned<char> full{g_canonicalize_filename(guest.links[from].c_str(), folder.get())};
            if (const auto file = guest.files.find(full.get()); file != guest.files.end())
                guest.files[from] = file->second;
        }
        return {};
    };
}

/// Options of the command that fixers look at; a value "./NAME" is a file beside facts.json.
Setter options(RepairOptions &repair, const std::string &folder) {
    return [&repair, folder](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_OBJECT(node))
            return fail(H2K_ERROR_FAILED, "an object is expected");
        Request request;
        JsonObjectIter iter;
        json_object_iter_init(&iter, json_node_get_object(node));
        const char *name = nullptr;
        JsonNode *value = nullptr;
        while (json_object_iter_next(&iter, &name, &value)) {
            std::string given;
            H2K_CHECK(text(given)(value));
            H2K_CHECK(set_option(request, name,
                                 given.starts_with("./") ? folder + given.substr(1)
                                                         : replace_all(given, "=./", "=" + folder + "/")));
        }
        repair = request.repair;
        return {};
    };
}

Setters members_of_case(CaseGuest &c, const std::string &folder) {
    auto &f = c.facts;
    auto &system = std::get<LinuxFacts>(f.system);
    return {{"distro", text(system.distro)},
            {"like", text(system.like)},
            {"version", text(f.version)},
            {"pretty_name", text(f.pretty_name)},
            {"arch", text(f.arch)},
            {"hostname", text(f.hostname)},
            {"init", text(system.init)},
            {"packages", text(system.packages)},
            {"initramfs_tool", text(system.initramfs_tool)},
            {"firmware", firmware(f.firmware)},
            {"clock_is_local", flag(f.clock_is_local)},
            {"root", text(f.root)},
            {"root_stack", texts(system.root_stack)},
            {"devices", each(f.devices, members_of_device)},
            {"mounts", each(f.mounts, members_of_mount)},
            {"kernels", each(system.kernels, members_of_kernel)},
            {"nics", each(c.target.nics, members_of_nic)},
            {"options", options(c.options, folder)},
            {"rooms", rooms(c.guest)},
            {"links", links(c.guest)}};
}

/// Fills disk and partition of "/dev/sdb2" where the case leaves them out.
void number_device(BlockDevice &device) {
    const std::string_view name = device.name;
    if (!name.starts_with("/dev/sd") || name.size() < 8 || device.disk || device.partition)
        return;
    device.disk = static_cast<unsigned>(name[7] - 'a');
    for (const char c : name.substr(8))
        device.partition = device.partition * 10 + static_cast<unsigned>(c - '0');
}

Result<> read_json(const std::string &path, const Setter &into) {
    const auto parser = Ref<JsonParser>::adopt(json_parser_new_immutable());
    GError *error = nullptr;
    if (!json_parser_load_from_file(parser.get(), path.c_str(), &error))
        return std::unexpected(Error::take(error).context(path));
    if (auto done = into(json_parser_get_root(parser.get())); !done)
        return std::unexpected(std::move(done).error().context(path));
    return {};
}

Setter images(FakeGuest &guest) {
    return [&guest](JsonNode *node) -> Result<> {
        if (!JSON_NODE_HOLDS_OBJECT(node))
            return fail(H2K_ERROR_FAILED, "an object is expected");
        JsonObjectIter iter;
        json_object_iter_init(&iter, json_node_get_object(node));
        const char *image = nullptr;
        JsonNode *names = nullptr;
        while (json_object_iter_next(&iter, &image, &names)) {
            if (!JSON_NODE_HOLDS_ARRAY(names))
                return fail(H2K_ERROR_FAILED, "an array is expected for “%s”", image);
            JsonArray *array = json_node_get_array(names);
            auto &into = guest.images[image];
            for (guint i = 0; i < json_array_get_length(array); ++i)
                H2K_CHECK(text(into.emplace_back())(json_array_get_element(array, i)));
        }
        return {};
    };
}

} // namespace

Result<std::map<std::string, std::string>> read_tree(const std::string &folder) {
    std::map<std::string, std::string> files;
    std::error_code error;
    std::filesystem::recursive_directory_iterator at{folder, error}, end;
    for (; !error && at != end; at.increment(error))
        if (at->is_regular_file(error))
            files[at->path().string().substr(folder.size())] = H2K_TRY(read_file(at->path().string(), 16u << 20));
    return files;
}

Result<CaseGuest> load_case(const std::string &folder) {
    CaseGuest loaded;
    loaded.facts.system = LinuxFacts{.init = "systemd"};
    loaded.facts.arch = "x86_64";
    loaded.guest.files = H2K_TRY(read_tree(folder + "/before"));
    H2K_CHECK(read_json(folder + "/facts.json",
                        [&](JsonNode *node) { return set_members(node, members_of_case(loaded, folder)); }));
    for (auto &device : loaded.facts.devices)
        number_device(device);
    if (path_exists(folder + "/initramfs.json"))
        H2K_CHECK(read_json(folder + "/initramfs.json", images(loaded.guest)));
    return loaded;
}

} // namespace h2k::test
