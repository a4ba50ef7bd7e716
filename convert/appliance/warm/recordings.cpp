// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/recordings.h"
#include "convert/appliance/warm/sums.h"
#include "convert/base/files.h"
#include "convert/base/folders/safe_folder.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/confine/warm/kept_file.h"
#include "convert/confine/warm/recording.h"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr const char *lock_name = "lock";
constexpr std::size_t longest_facts = 1u << 16, key_digits = 32;

std::string folder_path() {
    if (const char *chosen = g_getenv("VIRT_HYPER2KVM_CACHE_DIR"); chosen && *chosen)
        return absolute_path(chosen) + "/appliance";
    if (geteuid() == 0)
        return "/var/cache/virt-hyper2kvm/appliance";
    return std::string{g_get_user_cache_dir()} + "/virt-hyper2kvm/appliance";
}

std::unexpected<Error> failed(const std::string &path) {
    return fail(H2K_ERROR_TARGET, "“%s”: %s.", path.c_str(), g_strerror(errno));
}

} // namespace

Result<Recordings> Recordings::find() {
    auto path = folder_path();
    if (!path_exists(path))
        return fail(H2K_ERROR_FAILED, "%s", _("No appliance is recorded."));
    auto folder = H2K_TRY(safe_folder(path));
    struct stat st{};
    if (fstat(folder.get(), &st) != 0)
        return failed(path);
    if (st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return fail(H2K_ERROR_TARGET, _("“%s” is not a private folder of this user."), path.c_str());
    return Recordings{std::move(path), std::move(folder)};
}

Result<Recordings> Recordings::lock() {
    H2K_CHECK(make_folder(folder_path(), 0700));
    auto found = H2K_TRY(find());
    found.lock_ = Descriptor{
        openat(found.folder_.get(), lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)};
    if (!found.lock_)
        return failed(found.path_ + "/" + lock_name);
    if (flock(found.lock_.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(H2K_ERROR_TARGET, "%s", _("Another process records the appliance now."));
    return found;
}

std::vector<std::string> Recordings::keys() const {
    auto names = names_in(folder_);
    std::erase_if(names, [](const std::string &name) {
        return name.size() != key_digits || name.find_first_not_of("0123456789abcdef") != std::string::npos;
    });
    return names;
}

std::optional<Recordings::Kept> Recordings::kept() const {
    std::optional<Kept> newest;
    for (const auto &key : keys()) {
        const auto folder = path_ + "/" + key;
        struct stat st{};
        auto facts = read_kept(folder, facts_name, longest_facts);
        const auto state = open_kept(folder, state_name), overlay = open_kept(folder, overlay_name);
        if (!facts || key_of(*facts) != key || !state || !overlay || fstat(state->get(), &st) != 0 ||
            (newest && newest->recorded > st.st_mtime))
            continue;
        newest =
            Kept{.key = key,
                 .facts = *std::move(facts),
                 .bytes = allocated_bytes(folder + "/" + state_name) + allocated_bytes(folder + "/" + overlay_name),
                 .recorded = st.st_mtime};
    }
    return newest;
}

Result<> Recordings::require_sound(const std::string &key) const {
    const auto folder = path_ + "/" + key;
    const auto noted = read_kept(folder, sums_name, longest_facts);
    if (!noted || *noted != H2K_TRY(sums_of(folder)))
        return fail(H2K_ERROR_FAILED, _("“%s” is damaged."), folder.c_str());
    return {};
}

Result<> Recordings::publish(const std::string &made, const std::string &key) const {
    drop(key);
    const auto to = path_ + "/" + key;
    if (const int why = sync_path(made, O_DIRECTORY))
        return fail(H2K_ERROR_TARGET, "“%s”: %s.", made.c_str(), g_strerror(why));
    if (std::rename(made.c_str(), to.c_str()) != 0)
        return failed(to);
    for (const auto &other : keys())
        if (other != key)
            drop(other);
    return {};
}

void Recordings::drop(const std::string &key) const {
    const Descriptor folder{openat(folder_.get(), key.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!folder) {
        unlinkat(folder_.get(), key.c_str(), 0); // a file or a link in its place
        return;
    }
    // First of all what makes it one: half a recording is none.
    unlinkat(folder.get(), facts_name, 0);
    empty_folder(folder);
    unlinkat(folder_.get(), key.c_str(), AT_REMOVEDIR);
}

void Recordings::drop_all() const {
    for (const auto &key : keys())
        drop(key);
}

} // namespace h2k
