// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/osinfo/osinfo_data.h"
#include "config.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include <algorithm>
#include <filesystem>

namespace h2k {

namespace {

namespace fs = std::filesystem;

/// Where libosinfo finds its database, and the additions to it (osinfo-db-path(1)).
constexpr const char *system_folder = "/usr/share/osinfo", *local_folder = "/etc/osinfo";
constexpr std::size_t longest_file = 1u << 20;

std::string from_environment(const char *name, const std::string &otherwise) {
    const char *value = g_getenv(name);
    return value && *value ? value : otherwise;
}

std::string database_folder() {
    return from_environment("OSINFO_SYSTEM_DIR", from_environment("OSINFO_DATA_DIR", system_folder));
}

std::string our_folder() { return absolute_path(from_environment("VIRT_HYPER2KVM_OSINFO_DIR", H2K_OSINFO_DIR)); }

/// Files there take the place of those of the database that have the same names, so one cannot be read without the
/// other.
bool has_additions() {
    return path_exists(from_environment("OSINFO_LOCAL_DIR", local_folder)) ||
           path_exists(from_environment("OSINFO_USER_DIR", std::string{g_get_user_config_dir()} + "/osinfo"));
}

/// Parts can be read: the database is where we look for it.
bool has_parts() { return path_exists(database_folder() + "/os") && !has_additions(); }

/// libosinfo demands that the system "http://debian.org/debian/11" is described in os/debian.org/debian-11.xml, and an
/// installation script in the same way.
std::string file_of(std::string_view id) {
    constexpr std::string_view scheme = "http://";
    const auto slash = id.find('/', scheme.size());
    if (!id.starts_with(scheme) || slash == id.npos)
        return "";
    const std::string vendor{id.substr(scheme.size(), slash - scheme.size())};
    const auto name = replace_all(std::string{id.substr(slash + 1)}, "/", "-");
    const bool plain = consists_of(vendor, ".-") && !vendor.starts_with('.') && consists_of(name, "._-");
    return plain ? vendor + "/" + name + ".xml" : "";
}

/// The files that may describe what a file refers to by its ids.
std::vector<std::string> references_in(std::string_view text) {
    constexpr std::string_view mark = " id=\"";
    std::vector<std::string> files;
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
        at += mark.size();
        if (const auto file = file_of(text.substr(at, text.find('"', at) - at)); !file.empty())
            files.insert(files.end(), {"os/" + file, "install-script/" + file});
    }
    return files;
}

std::vector<std::string> names_in(const std::string &folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    return names;
}

/// A folder with links to some files of @database.
class PartTree {
  public:
    PartTree(const std::string &database, const std::set<std::string> &files) {
        if (auto made = WorkFolder::create(work_parent()))
            folder_ = *std::move(made);
        for (const char *all : {"device", "datamap"})
            link(database, all);
        for (const auto &file : files) {
            link(database, file);
            link(database, file.substr(0, file.rfind('.')) + ".d"); // more about the same system
        }
    }
    /// Beside the lock of the folder, which libosinfo would complain about.
    std::string path() const { return folder_ ? folder_->file("osinfo") : ""; }

  private:
    void link(const std::string &database, const std::string &name) {
        const auto from = database + "/" + name;
        const fs::path to{path() + "/" + name};
        std::error_code ignored;
        if (!folder_ || !path_exists(from))
            return;
        fs::create_directories(to.parent_path(), ignored);
        fs::create_symlink(from, to, ignored);
    }
    std::unique_ptr<WorkFolder> folder_;
};

} // namespace

void OsinfoData::load(const std::string &folder) {
    GError *error = nullptr;
    if (path_exists(folder))
        osinfo_loader_process_path(loader_.get(), folder.c_str(), &error);
    g_clear_error(&error);
}

OsinfoData &OsinfoData::whole() {
    static OsinfoData all = [] {
        OsinfoData made;
        GError *error = nullptr;
        osinfo_loader_process_default_path(made.loader_.get(), &error);
        g_clear_error(&error);
        made.load(our_folder());
        return made;
    }();
    return all;
}

std::optional<OsinfoData> OsinfoData::of_files(std::vector<std::string> files) {
    const auto database = absolute_path(database_folder()), ours = our_folder();
    std::set<std::string> theirs, added;
    while (!files.empty()) {
        const auto file = std::move(files.back());
        files.pop_back();
        for (auto [folder, found] : {std::pair{&database, &theirs}, std::pair{&ours, &added}}) {
            const auto path = *folder + "/" + file;
            if (found->contains(file) || !path_exists(path))
                continue;
            const auto text = read_file(path, longest_file);
            if (!text)
                continue;
            found->insert(file);
            std::ranges::move(references_in(*text), std::back_inserter(files));
        }
    }
    if (theirs.empty() && added.empty())
        return std::nullopt;
    OsinfoData part;
    part.load(PartTree{database, theirs}.path());
    part.load(PartTree{ours, added}.path());
    return part;
}

std::optional<OsinfoData> OsinfoData::of_products(const std::vector<std::string> &names) {
    std::vector<std::string> systems;
    if (!has_parts())
        return std::nullopt;
    const auto is_product = [&](const std::string &file) {
        return std::ranges::any_of(names, [&](const std::string &name) { return file.starts_with(name + "-"); });
    };
    for (const auto &folder : {database_folder() + "/os", our_folder() + "/os"})
        for (const auto &vendor : names_in(folder)) {
            const auto files = names_in(folder + "/" + vendor);
            if (std::ranges::any_of(files, is_product))
                for (const auto &file : files)
                    if (file.ends_with(".xml"))
                        systems.push_back("os/" + vendor + "/" + file);
        }
    return of_files(std::move(systems));
}

std::optional<OsinfoData> OsinfoData::of_system(const std::string &id) {
    const auto file = file_of(id);
    if (file.empty() || !has_parts())
        return std::nullopt;
    return of_files({"os/" + file});
}

} // namespace h2k
