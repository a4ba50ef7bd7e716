// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/accounts/account_files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <set>

namespace h2k {

namespace {

// About 50 000 accounts.
constexpr std::size_t accounts_limit = 4u << 20;

void read_login_defs(const std::string &file, LoginRules &rules) {
    for (const auto &line : lines(file)) {
        const auto parts = words(line);
        if (parts.size() < 2)
            continue;
        const auto set = [&](const char *key, unsigned &into, int base = 10) {
            if (parts[0] == key)
                into = parse_number<unsigned>(parts[1], 0, G_MAXUINT32, base).value_or(into);
        };
        set("UID_MIN", rules.uid_min);
        set("UID_MAX", rules.uid_max);
        set("GID_MIN", rules.gid_min);
        set("GID_MAX", rules.gid_max);
        set("HOME_MODE", rules.home_mode, 8);
        if (parts[0] == "USERGROUPS_ENAB")
            rules.own_groups = lower(parts[1]) != "no";
    }
    rules.home_mode &= 0777;
}

Result<LoginRules> read_rules(RequestedChanges &requested) {
    LoginRules rules;
    auto &notices = requested.notices();
    for (const auto *path : {"/etc/login.defs", "/usr/etc/login.defs"}) // SUSE keeps its own in /usr/etc
        if (const auto file = H2K_TRY(text::read_config(requested.guest(), path, notices))) {
            read_login_defs(*file, rules);
            break;
        }
    if (const auto file = H2K_TRY(text::read_config(requested.guest(), "/etc/default/useradd", notices))) {
        const auto all = text::parse_assignments(*file);
        if (const auto *shell = text::last(all, "SHELL"))
            rules.shell = shell->value.value;
    }
    if (!rules.shell.starts_with('/') || rules.shell.find(':') != std::string::npos)
        rules.shell = H2K_TRY(requested.guest().exists("/bin/bash")) ? "/bin/bash" : "/bin/sh";
    return rules;
}

Result<std::optional<std::string>> read(RequestedChanges &requested, const char *path) {
    return requested.read(path, accounts_limit);
}

Result<std::optional<text::ColonTable>> table(RequestedChanges &requested, const char *path, std::size_t fields) {
    const auto file = H2K_TRY(read(requested, path));
    if (!file)
        return std::nullopt;
    return text::ColonTable{*file, fields};
}

} // namespace

Result<std::optional<AccountFiles>> AccountFiles::open(RequestedChanges &requested) {
    AccountFiles files;
    const auto passwd = H2K_TRY(read(requested, "/etc/passwd"));
    const auto group = H2K_TRY(read(requested, "/etc/group"));
    if (!passwd || !group) {
        requested.warn("users.no-account-files",
                       _("The guest has no /etc/passwd and /etc/group that can be edited, so its accounts stay as they "
                         "are."));
        return std::nullopt;
    }
    files.passwd = text::ColonTable{*passwd, 7};
    files.group = text::ColonTable{*group, 4};
    files.shadow = H2K_TRY(table(requested, "/etc/shadow", 2));
    files.gshadow = H2K_TRY(table(requested, "/etc/gshadow", 4));
    files.subuid = H2K_TRY(table(requested, "/etc/subuid", 3));
    files.subgid = H2K_TRY(table(requested, "/etc/subgid", 3));
    files.rules = H2K_TRY(read_rules(requested));
    return files;
}

Result<> AccountFiles::finish(RequestedChanges &requested) const {
    const auto reason = join(reasons, " ");
    const auto put = [&](const char *path, const text::ColonTable &edited, unsigned mode) {
        return requested.file({path, edited.file(), mode}, reason);
    };
    H2K_CHECK(put("/etc/group", group, 0644));
    if (gshadow)
        H2K_CHECK(put("/etc/gshadow", *gshadow, 0));
    H2K_CHECK(put("/etc/passwd", passwd, 0644));
    if (shadow)
        H2K_CHECK(put("/etc/shadow", *shadow, 0));
    if (subuid)
        H2K_CHECK(put("/etc/subuid", *subuid, 0644));
    if (subgid)
        H2K_CHECK(put("/etc/subgid", *subgid, 0644));
    return {};
}

std::optional<unsigned> AccountFiles::free_id(text::ColonTable &table, std::size_t field, unsigned least,
                                              unsigned most) {
    std::set<unsigned> used;
    table.each([&](const text::ColonTable::Row &row) {
        if (const auto id = parse_number<unsigned>(row[field], least, most))
            used.insert(*id);
    });
    if (least > most)
        return std::nullopt;
    if (used.empty() || *used.rbegin() < most)
        return used.empty() ? least : *used.rbegin() + 1;
    auto free = least;
    for (const auto id : used) {
        if (id != free)
            return free;
        ++free;
    }
    return std::nullopt; // the last one, most, is used
}

} // namespace h2k
