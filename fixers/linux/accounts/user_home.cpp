// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/accounts/user_home.h"
#include "convert/base/i18n.h"
#include "fixers/text/config_file.h"

namespace h2k {

namespace {

constexpr std::size_t most_skel_files = 64, most_skel_bytes = 1u << 20;

/// /etc/passwd is the guest's and not trusted: the folder has to be an absolute path without "..".
bool is_usable(const std::string &home) {
    const auto parts = split(home, '/');
    return home.size() > 1 && home[0] == '/' && home.size() < 1024 && printable(home) == home &&
           std::ranges::none_of(parts, [](const auto &part) { return part == "." || part == ".."; });
}

/// The key itself, without the comment after it.
std::string blob_of(const std::string &line) {
    for (const auto &word : words(line))
        if (word.starts_with("AAAA"))
            return word;
    return line;
}

} // namespace

Result<> add_home(RequestedChanges &requested, const GuestAccount &account) {
    if (!is_usable(account.home) || H2K_TRY(requested.guest().exists(account.home)))
        return {};
    const auto reason = sentence(_("The account “%s” gets a home folder."), account.name.c_str());
    H2K_CHECK(requested.folder({account.home, account.home_mode, account.owner}, reason));
    auto paths = H2K_TRY(requested.guest().list("/etc/skel/*"));
    const auto hidden = H2K_TRY(requested.guest().list("/etc/skel/.*"));
    paths.insert(paths.end(), hidden.begin(), hidden.end());
    text::ConfigReader reader{most_skel_files, most_skel_bytes};
    for (const auto &path : paths) {
        if (path.ends_with("/.") || path.ends_with("/.."))
            continue;
        auto content = H2K_TRY(reader.read(requested.guest(), path, requested.notices()));
        if (content)
            H2K_CHECK(requested.file(
                {account.home + path.substr(path.rfind('/')), *std::move(content), 0644, account.owner}, reason));
    }
    return {};
}

Result<> add_ssh_keys(RequestedChanges &requested, const GuestAccount &account, const std::vector<std::string> &keys) {
    if (keys.empty())
        return {};
    if (!is_usable(account.home)) {
        requested.warn(
            "users.invalid-home",
            sentence(_("The SSH keys of “%s” were not added, since its home folder “%s” is not a valid path."),
                     account.name.c_str(), printable(account.home).c_str()));
        return {};
    }
    const auto folder = account.home + "/.ssh", path = folder + "/authorized_keys";
    auto file = H2K_TRY(requested.read(path)).value_or("");
    if (!file.empty() && !file.ends_with('\n'))
        file += '\n';
    for (const auto &key : keys)
        if (file.find(blob_of(key)) == std::string::npos)
            file += key + "\n";
    const auto reason = sentence(_("Whoever has the keys can log in as “%s”."), account.name.c_str());
    H2K_CHECK(requested.folder({folder, 0700, account.owner}, reason));
    return requested.file({path, file, 0600, account.owner}, reason);
}

std::string sudoers_path(const std::string &name) {
    return "/etc/sudoers.d/90-virt-hyper2kvm-" + replace_all(name, ".", "_"); // sudo skips names with a dot
}

Result<> add_sudo(RequestedChanges &requested, const std::string &name) {
    std::optional<std::string> sudoers;
    for (const auto *path : {"/etc/sudoers", "/usr/etc/sudoers"})
        if (!sudoers)
            sudoers = H2K_TRY(requested.read(path));
    if (!sudoers)
        requested.warn("users.no-sudo",
                       sentence(_("“%s” is to use sudo, but the guest does not have sudo."), name.c_str()));
    else if (sudoers->find("includedir /etc/sudoers.d") == std::string::npos)
        requested.warn(
            "users.no-sudoers-folder",
            sentence(_("“%s” is to use sudo, but the guest's /etc/sudoers does not include the folder /etc/sudoers.d."),
                     name.c_str()));
    else
        return requested.file({sudoers_path(name), name + " ALL=(ALL) NOPASSWD:ALL\n", 0440},
                              sentence(_("“%s” can run all commands with sudo."), name.c_str()));
    return {};
}

} // namespace h2k
