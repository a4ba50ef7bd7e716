// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/inspect_case.h"
#include "convert/base/files.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/document/json.h"
#include "convert/model/fields/guest.h"
#include "convert/model/fields/reader.h"
#include "convert/model/json.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <filesystem>

namespace h2k::test {

namespace {

using Files = std::map<std::string, std::string>;

/// facts.json.
struct InspectFacts {
    std::vector<BlockDevice> devices;
    std::string root;
    std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> links;
};

template <class A, Is<InspectFacts> T> void fields(A &a, T &facts) {
    a.required("devices", facts.devices);
    a.optional("root", facts.root);
    a.dictionary("links", facts.links);
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

} // namespace

InspectCase load_inspect_case(const std::string &folder) {
    const auto path = folder + "/facts.json";
    const auto document = unwrap(read_json(unwrap(read_file(path, 1u << 20)), path));
    InspectFacts facts;
    unwrap(read_fields(document.root, facts, Missing::kept));
    InspectCase found;
    found.root = facts.root;
    for (const auto &[device, links] : facts.links)
        found.links[device].insert(links.begin(), links.end());
    for (const auto &device : facts.devices) {
        auto files = read_tree(folder + "/tree/" + replace_all(device.name.substr(5), "/", "-"));
        follow_links(files, found.links[device.name]);
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
        json.member("warnings", texts_of(facts.notices));
    });
    return json.text();
}

} // namespace h2k::test
