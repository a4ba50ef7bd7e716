// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/files/files.h"
#include "convert/direct/program/files/copy.h"
#include <algorithm>
#include <cerrno>
#include <memory>

namespace h2k {

template <> struct Release<GChecksum> {
    void operator()(GChecksum *p) const noexcept { g_checksum_free(p); }
};

namespace {

constexpr const char *selinux = "security.selinux";
constexpr unsigned file_mode = 0644;
constexpr std::size_t step = 2 << 20;

/// Takes away a file that could not be completed; what is wrong with it is @why.
std::unexpected<FsFailure> without(const TreePlace &folder, const std::string &name, FsFailure why) {
    (void)folder.system->remove(folder.node, name);
    return std::unexpected(std::move(why));
}

} // namespace

Outcome<TreePlace> Files::regular(const std::string &path) const {
    const auto place = H2K_TRY(tree_.place_at(path));
    if (S_ISDIR(place.mode))
        return failed(EISDIR);
    if (!S_ISREG(place.mode))
        return failed(EINVAL);
    return place;
}

Outcome<std::optional<NodeStatus>> Files::status(const std::string &path, bool follow) const {
    const auto place = H2K_TRY(tree_.find(path, follow));
    if (!place)
        return std::nullopt;
    return H2K_TRY(place->system->status(place->node));
}

Outcome<std::optional<std::string>> Files::real_path(const std::string &path) const {
    const auto way = tree_.walk(path, true);
    if (way && way->missing.empty())
        return way->path();
    if (way || is_absent(way.error()))
        return std::nullopt;
    return std::unexpected(way.error());
}

Outcome<std::string> Files::link(const std::string &path) const {
    const auto place = H2K_TRY(tree_.place_at(path, false));
    if (!S_ISLNK(place.mode))
        return failed(EINVAL);
    return place.system->link(place.node);
}

Outcome<std::string> Files::read(const std::string &path, std::uint64_t offset, std::size_t size) const {
    const auto place = H2K_TRY(regular(path));
    return place.system->read(place.node, offset, size);
}

Outcome<std::string> Files::sha256(const std::string &path) const {
    const auto place = H2K_TRY(regular(path));
    const Owned<GChecksum> sum{g_checksum_new(G_CHECKSUM_SHA256)};
    for (std::uint64_t at = 0;;) {
        const auto piece = H2K_TRY(place.system->read(place.node, at, step));
        if (piece.empty())
            break;
        g_checksum_update(sum.get(), reinterpret_cast<const guchar *>(piece.data()), static_cast<gssize>(piece.size()));
        at += piece.size();
    }
    return std::string{g_checksum_get_string(sum.get())};
}

Outcome<std::uint64_t> Files::free_space(const std::string &folder) const {
    const auto place = H2K_TRY(tree_.place_at(folder));
    return place.system->free_space();
}

Outcome<std::optional<std::string>> Files::label(const std::string &path) const {
    const auto place = H2K_TRY(tree_.place_at(path, false));
    const auto all = H2K_TRY(place.system->attributes(place.node));
    const auto found = all.find(selinux);
    return found == all.end() ? std::nullopt : std::optional{found->second};
}

Outcome<> Files::write(const std::string &path, std::string_view content) const {
    const auto way = H2K_TRY(tree_.walk(path, true));
    const auto &end = way.end();
    if (!way.missing.empty()) {
        const auto node = H2K_TRY(end.system->make_file(end.node, way.missing, file_mode));
        if (auto written = end.system->write(node, 0, content); !written)
            return without(end, way.missing, std::move(written).error());
        return {};
    }
    H2K_CHECK(regular(path));
    H2K_CHECK(end.system->truncate(end.node, 0));
    return end.system->write(end.node, 0, content);
}

Outcome<> Files::append(const std::string &path, std::string_view content) const {
    const auto place = H2K_TRY(regular(path));
    return place.system->write(place.node, H2K_TRY(place.system->status(place.node)).bytes, content);
}

Outcome<> Files::truncate(const std::string &path, std::uint64_t bytes) const {
    const auto place = H2K_TRY(regular(path));
    return place.system->truncate(place.node, bytes);
}

Outcome<> Files::copy(const std::string &from, const std::string &to) const {
    const auto source = H2K_TRY(regular(from));
    const auto target = H2K_TRY(tree_.name(to));
    if (target.at.system)
        return failed(EEXIST);
    auto &system = *target.folder.system;
    const TreePlace made{.system = &system,
                         .node = H2K_TRY(system.make_file(target.folder.node, target.name, 0600)),
                         .mode = S_IFREG | 0600};
    const auto fill = [&]() -> Outcome<> {
        H2K_CHECK(copy_content(source, made));
        H2K_CHECK(copy_all_attributes(source, made));
        return as_far_as_stored(system.set_times(made.node, H2K_TRY(source.system->times(source.node))));
    };
    if (auto filled = fill(); !filled)
        return without(target.folder, target.name, std::move(filled).error());
    return {};
}

Outcome<> Files::copy_attributes(const std::string &from, const std::string &to) const {
    return copy_all_attributes(H2K_TRY(tree_.place_at(from)), H2K_TRY(tree_.place_at(to)));
}

Outcome<> Files::set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid, unsigned mode) const {
    return set_owner_and_mode(H2K_TRY(tree_.place_at(path)), uid, gid, mode);
}

Outcome<> Files::set_label(const std::string &path, std::string_view label) const {
    const auto place = H2K_TRY(tree_.place_at(path, false));
    return as_far_as_stored(place.system->set_attribute(place.node, selinux, label));
}

Outcome<> Files::make_folder(const std::string &path, unsigned mode) const {
    const auto made = H2K_TRY(tree_.name(path));
    if (made.at.system)
        return failed(EEXIST);
    return made.folder.system->make_folder(made.folder.node, made.name, mode);
}

Outcome<> Files::make_link(const std::string &to, const std::string &path) const {
    const auto made = H2K_TRY(tree_.name(path));
    if (made.at.system)
        return failed(EEXIST);
    return made.folder.system->make_link(made.folder.node, made.name, to);
}

Outcome<> Files::remove(const std::string &path) const {
    auto found = tree_.name(path);
    if (!found && is_absent(found.error()))
        return {};
    const auto name = H2K_TRY(std::move(found));
    if (!name.at.system)
        return {};
    return name.folder.system->remove(name.folder.node, name.name);
}

Outcome<> Files::remove_folder(const std::string &path) const {
    const auto name = H2K_TRY(tree_.name(path));
    if (!name.at.system)
        return failed(ENOENT);
    return name.folder.system->remove_folder(name.folder.node, name.name);
}

Outcome<> Files::rename(const std::string &from, const std::string &to) const {
    const auto source = H2K_TRY(tree_.name(from)), target = H2K_TRY(tree_.name(to));
    if (!source.at.system)
        return failed(ENOENT);
    if (source.folder.system != target.folder.system)
        return failed(EXDEV);
    // No folder gets below itself.
    for (const auto &step : H2K_TRY(tree_.walk(to, false)).steps)
        if (step.place.system == source.at.system && step.place.node == source.at.node && S_ISDIR(source.at.mode) &&
            step.place.node != target.at.node)
            return failed(EINVAL);
    return source.folder.system->rename(source.folder.node, source.name, target.folder.node, target.name);
}

} // namespace h2k
