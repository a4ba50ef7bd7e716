// SPDX-License-Identifier: LGPL-2.1-or-later
//
// path_resolution(7).
#include "convert/direct/program/files/tree.h"
#include "convert/base/text.h"
#include <cerrno>
#include <ranges>

namespace h2k {

namespace {

constexpr unsigned most_links = 40;
constexpr std::size_t longest_path = 4095, longest_name = 255;

/// Parts of a path that are still to be followed, the next one last.
class Parts {
  public:
    explicit Parts(const std::string &path) { push(path); }
    void push(const std::string &path) {
        std::vector<std::string> added = split(path, '/');
        std::erase(added, "");
        if (path.ends_with('/') && !added.empty())
            added.emplace_back("."); // what it means is a folder
        for (auto &part : added | std::views::reverse)
            left_.push_back(std::move(part));
    }
    [[nodiscard]] bool empty() const { return left_.empty(); }
    [[nodiscard]] std::string next() {
        auto part = std::move(left_.back());
        left_.pop_back();
        return part;
    }

  private:
    std::vector<std::string> left_;
};

} // namespace

bool is_absent(const FsFailure &failure) {
    return failure.error == ENOENT || failure.error == ENOTDIR || failure.error == ELOOP;
}

std::string Tree::Way::path() const {
    std::string path;
    for (const auto &step : steps | std::views::drop(1))
        path += "/" + step.name;
    return path.empty() ? "/" : path;
}

Outcome<TreePlace> Tree::place_of(FileSystem &system, Node node) const {
    TreePlace place{.system = &system, .node = node};
    for (auto mounted = mounts_.find({&system, node}); mounted != mounts_.end();
         mounted = mounts_.find({place.system, place.node}))
        place = {.system = mounted->second, .node = mounted->second->root()};
    place.mode = H2K_TRY(place.system->status(place.node)).mode;
    return place;
}

Outcome<> Tree::mount(const std::string &path, FileSystem &system) {
    if (!root_) {
        if (path != "/")
            return failed(EINVAL);
        root_ = &system;
        return {};
    }
    const auto way = H2K_TRY(walk(path, true));
    if (!way.missing.empty())
        return failed(ENOENT);
    if (!S_ISDIR(way.end().mode))
        return failed(ENOTDIR);
    // Below itself it would be found again without an end.
    for (const auto &step : way.steps)
        if (step.place.system == &system)
            return failed(EBUSY);
    if (way.steps.size() == 1 || way.end().node == way.end().system->root())
        return failed(EBUSY);
    mounts_[{way.end().system, way.end().node}] = &system;
    return {};
}

void Tree::unmount_all() {
    mounts_.clear();
    root_ = nullptr;
}

Outcome<Tree::Way> Tree::walk(const std::string &path, bool follow) const {
    if (!root_ || path.empty())
        return failed(ENOENT);
    if (path.size() > longest_path)
        return failed(ENAMETOOLONG);
    Way way;
    way.steps.push_back({.name = {}, .place = H2K_TRY(place_of(*root_, root_->root()))});
    Parts parts{path};
    for (unsigned links = 0; !parts.empty();) {
        auto name = parts.next();
        const auto here = way.end();
        if (!S_ISDIR(here.mode))
            return failed(ENOTDIR);
        if (name == "." || name == "..") {
            if (name == ".." && way.steps.size() > 1)
                way.steps.pop_back();
            continue;
        }
        if (name.size() > longest_name)
            return failed(ENAMETOOLONG);
        const auto node = H2K_TRY(here.system->find(here.node, name));
        if (!node) {
            if (!parts.empty())
                return failed(ENOENT);
            way.missing = std::move(name);
            return way;
        }
        const auto place = H2K_TRY(place_of(*here.system, *node));
        if (!S_ISLNK(place.mode) || (parts.empty() && !follow)) {
            way.steps.push_back({.name = std::move(name), .place = place});
            continue;
        }
        if (++links > most_links)
            return failed(ELOOP);
        const auto text = H2K_TRY(place.system->link(place.node));
        if (text.size() > longest_path)
            return failed(ENAMETOOLONG);
        if (text.starts_with('/'))
            way.steps.resize(1);
        parts.push(text);
    }
    return way;
}

Outcome<TreePlace> Tree::place_at(const std::string &path, bool follow) const {
    const auto way = H2K_TRY(walk(path, follow));
    if (!way.missing.empty())
        return failed(ENOENT);
    return way.end();
}

Outcome<std::optional<TreePlace>> Tree::find(const std::string &path, bool follow) const {
    auto place = place_at(path, follow);
    if (place)
        return *place;
    if (is_absent(place.error()))
        return std::nullopt;
    return std::unexpected(std::move(place).error());
}

Outcome<Tree::Name> Tree::name(const std::string &path) const {
    const auto last = path.substr(path.find_last_of('/') + 1);
    if (last == "." || last == "..")
        return failed(EINVAL);
    auto way = H2K_TRY(walk(path, false));
    if (!way.missing.empty())
        return Name{.folder = way.end(), .name = std::move(way.missing), .at = {}};
    if (way.steps.size() < 2)
        return failed(EBUSY);
    const auto &folder = way.steps[way.steps.size() - 2].place;
    if (folder.system != way.end().system)
        return failed(EBUSY);
    return Name{.folder = folder, .name = way.steps.back().name, .at = way.end()};
}

} // namespace h2k
