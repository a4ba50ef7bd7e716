// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/support/case_guest.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/config/options.h"
#include "convert/document/json.h"
#include "convert/model/fields/guest.h"
#include "convert/model/fields/machine.h"
#include "convert/model/fields/reader.h"
#include <filesystem>

namespace h2k {

template <class A, Is<FreeSpace> T> void fields(A &a, T &space) {
    a.required("file", space.file);
    a.required("free", space.free);
}

} // namespace h2k

namespace h2k::test {

namespace {

template <class T> using Named = std::vector<std::pair<std::string, T>>;

/// facts.json.
struct CaseFacts {
    Inspection guest;
    std::vector<Nic> nics;
    Named<std::string> options, links;
    Named<FreeSpace> space;
};

template <class A, Is<CaseFacts> T> void fields(A &a, T &facts) {
    a.merged(facts.guest);
    a.optional("nics", facts.nics);
    a.dictionary("options", facts.options);
    a.dictionary("rooms", facts.space);
    a.dictionary("links", facts.links);
}

/// Options of the command that fixers read; a value "./NAME" is a file beside facts.json.
Result<RepairOptions> repair_options(const Named<std::string> &options, const std::string &folder) {
    Request request;
    for (const auto &[name, value] : options)
        H2K_CHECK(set_option(request, name.c_str(),
                             value.starts_with("./") ? folder + value.substr(1)
                                                     : replace_all(value, "=./", "=" + folder + "/")));
    return request.repair;
}

void add_links(const Named<std::string> &links, FakeGuest &guest) {
    for (const auto &[from, to] : links) {
        guest.links[from] = to;
        const auto full = std::filesystem::path{folder_of(from)} / to;
        if (const auto file = guest.files.find(full.lexically_normal().string()); file != guest.files.end())
            guest.files[from] = file->second;
    }
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

Result<Document> read_document(const std::string &path) {
    const auto text = H2K_TRY(read_file(path, 1u << 20));
    return read_json(text, path);
}

Result<> read_images(const std::string &path, FakeGuest &guest) {
    const auto document = H2K_TRY(read_document(path));
    for (std::size_t i = 0; i < document.root.keys.size(); ++i)
        for (const auto &name : document.root.items[i].items)
            guest.images[document.root.keys[i]].push_back(H2K_TRY(name.text()));
    return {};
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
    CaseFacts facts;
    facts.guest.system = LinuxFacts{.init = "systemd"};
    facts.guest.arch = "x86_64";
    const auto document = H2K_TRY(read_document(folder + "/facts.json"));
    H2K_CHECK(read_fields(document.root, facts, Missing::kept));
    for (auto &device : facts.guest.devices)
        number_device(device);
    CaseGuest loaded;
    loaded.guest.files = H2K_TRY(read_tree(folder + "/before"));
    loaded.guest.space_at.insert(facts.space.begin(), facts.space.end());
    add_links(facts.links, loaded.guest);
    loaded.options = H2K_TRY(repair_options(facts.options, folder));
    loaded.facts = std::move(facts.guest);
    loaded.target.nics = std::move(facts.nics);
    if (path_exists(folder + "/initramfs.json"))
        H2K_CHECK(read_images(folder + "/initramfs.json", loaded.guest));
    return loaded;
}

} // namespace h2k::test
