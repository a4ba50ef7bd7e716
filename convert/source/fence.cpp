// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/fence.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/plain_name.h"
#include "convert/model/disk_format.h"
#include "convert/source/folder/names.h"
#include <algorithm>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

bool is_below(const std::string &real, const std::string &folder) {
    return folder == "/" || (real.starts_with(folder) && real.size() > folder.size() && real[folder.size()] == '/');
}

std::optional<uid_t> owner_of(const std::string &path) {
    struct stat st{};
    return stat(path.c_str(), &st) == 0 ? std::optional{st.st_uid} : std::nullopt;
}

std::string name_of_user(std::optional<uid_t> user) {
    constexpr std::size_t longest = 16u << 10;
    std::vector<char> text(longest);
    passwd entry{}, *found = nullptr;
    if (user && getpwuid_r(*user, &entry, text.data(), text.size(), &found) == 0 && found)
        return printable(found->pw_name);
    return user ? std::to_string(*user) : "?";
}

} // namespace

Fence::Fence(std::string folder, bool below, const std::vector<std::string> &allowed)
    : folder_(std::move(folder)), below_(below && folder_ != "/") { // below that is the whole host
    for (const auto &one : allowed)
        if (auto real = real_path(one))
            allowed_.push_back(*std::move(real));
}

Fence Fence::for_parts(std::string folder, const std::vector<std::string> &allowed) {
    auto fence = for_disk(std::move(folder), allowed);
    fence.parts_only_ = true;
    return fence;
}

Fence Fence::for_disk(std::string folder, const std::vector<std::string> &allowed) {
    Fence fence{std::move(folder), false, allowed};
    fence.users_disk_ = true;
    return fence;
}

Fence Fence::nothing() {
    Fence fence{"/dev/null", false, {}};
    fence.unpacked_ = true;
    return fence;
}

bool Fence::is_allowed(const std::string &real) const {
    return std::ranges::any_of(allowed_, [&](const std::string &folder) { return is_below(real, folder); });
}

Result<> Fence::require_same_owner(const HostFile &by, const HostFile &file) const {
    constexpr uid_t root = 0;
    const auto own = owner_of(by.held().name()), other = owner_of(file.held().name());
    const bool is_private = geteuid() != root && owner_of(folder_) == geteuid();
    if (is_private || is_allowed(file.path()) || (other && (other == own || other == root)))
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("“%s”, a file of %s, names “%s”, a file of %s; use --allow-folder to allow reading files of others "
                  "from its folder."),
                by.name().c_str(), name_of_user(own).c_str(), file.name().c_str(), name_of_user(other).c_str());
}

bool Fence::holds(const std::string &real) const {
    if (is_allowed(real))
        return true;
    if (!is_below(real, folder_) || (!below_ && folder_of(real) != folder_))
        return false;
    return !real.substr(folder_ == "/" ? 0 : folder_.size()).contains("/.");
}

Result<HostFile> Fence::open(const HostFile &by, const std::string &reference) const {
    // Such a disk has the format that its name promises.
    const auto *facts = parts_only_ ? format_by_suffix(by.name()) : nullptr;
    if (parts_only_ && !by.window())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the file “%s”; a guest can write such a header to its own raw disk, so this is only "
                      "followed if the format of the disk is specified with --input-format %s."),
                    by.name().c_str(), printable(reference).c_str(), facts ? facts->name : "FORMAT");
    return open_part(by, reference);
}

/// The real paths at which @names, seen from @folder, may be: as they are written, or else by similar names.
std::vector<std::string> Fence::places_of(const std::string &folder, const std::vector<std::string> &names) const {
    std::vector<std::string> exact, others;
    for (const auto &name : names) {
        const auto path = name.starts_with('/') ? name : folder + "/" + name;
        if (const auto real = real_path(path))
            exact.push_back(*real);
        else if (const auto other = similar(path))
            others.push_back(*other);
    }
    return exact.empty() ? others : exact;
}

/// The real path of what stands for @path, which does not exist, in a folder that may be read.
std::optional<std::string> Fence::similar(const std::string &path) const {
    const auto folder = real_path(folder_of(path));
    if (!folder || !holds(*folder + "/x"))
        return std::nullopt;
    auto listed = listed_.find(*folder);
    if (listed == listed_.end())
        listed = listed_.emplace(*folder, SimilarNames{folder_names(*folder)}).first;
    const auto name = listed->second.find(base_name(path));
    if (!name)
        return std::nullopt;
    const auto real = real_path(*folder + "/" + *name);
    return real && holds(*real) ? std::optional{*real} : std::nullopt;
}

Result<HostFile> Fence::open_part(const HostFile &by, const std::string &reference) const {
    const auto shown = printable(reference);
    if (by.window() || by.in_memory() || unpacked_)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the file “%s”, but an image in an archive must not refer to another file; unpack the "
                      "archive first."),
                    by.name().c_str(), shown.c_str());
    const auto slashes = replace_all(reference, "\\", "/");
    const auto last = base_name(slashes);
    H2K_CHECK(require_plain_name(by.name(), reference));
    if (reference.empty() || last.empty() || last == "." || last == ".." || last == "/")
        return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which is not a valid file name."), by.name().c_str(),
                    shown.c_str());
    const auto folder = folder_of(by.path());
    bool outside = false;
    for (const auto &real : places_of(folder, {reference, slashes, last})) {
        if (holds(real)) {
            // A link was written by a stranger too.
            H2K_CHECK(require_plain_name(by.name(), base_name(real)));
            auto file = H2K_TRY(HostFile::open(real, by.allowance()));
            if (holds(file.path())) { // links may have changed in between
                H2K_CHECK(require_same_owner(by, file));
                return file;
            }
        }
        // That is the file which is named; one that has its name and lies here is another.
        outside = true;
        break;
    }
    if (outside || slashes.contains('/'))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the file “%s”, which is outside its own folder; use --allow-folder to allow reading "
                      "from another folder."),
                    by.name().c_str(), shown.c_str());
    return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which does not exist."), by.name().c_str(),
                shown.c_str());
}

} // namespace h2k
