// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "fixers/linux/accounts/account_files.h"
#include "fixers/linux/accounts/user_home.h"
#include "fixers/linux/fixers.h"
#include <algorithm>

namespace h2k {

namespace {

using text::ColonTable;
using Row = ColonTable::Row;

/// A uid or gid; the highest one means none.
std::optional<unsigned> id_in(std::string_view text) { return parse_number<unsigned>(text, 0, G_MAXUINT32 - 1); }

void add_group(AccountFiles &files, const std::string &name, unsigned gid) {
    files.group.add({name, "x", std::to_string(gid), ""});
    if (files.gshadow && !files.gshadow->find(name))
        files.gshadow->add({name, "!", "", ""});
}

/// The primary group of a new account, as useradd(8) chooses it.
std::optional<unsigned> main_group(AccountFiles &files, const Account &account, unsigned uid) {
    auto &group = files.group;
    if (account.gid) {
        if (!group.find_by(2, std::to_string(*account.gid)))
            add_group(files, account.name, *account.gid);
        return account.gid;
    }
    const auto *own = group.find(files.rules.own_groups ? account.name : "users");
    if (own)
        return id_in((*own)[2]);
    auto gid = std::optional{uid};
    if (group.find_by(2, std::to_string(uid)))
        gid = AccountFiles::free_id(group, 2, files.rules.gid_min, files.rules.gid_max);
    if (gid)
        add_group(files, account.name, *gid);
    return gid;
}

/// Another 65536 ids for containers, as useradd(8) gives them.
void add_sub_ids(std::optional<ColonTable> &table, const std::string &name) {
    constexpr std::uint64_t first = 100000, count = 65536;
    if (!table || table->find(name))
        return;
    std::uint64_t next = first;
    table->each([&](const Row &row) {
        const auto start = id_in(row[1]), size = id_in(row[2]);
        if (start && size)
            next = std::max<std::uint64_t>(next, std::uint64_t{*start} + *size);
    });
    if (next + count < G_MAXUINT32)
        table->add({name, std::to_string(next), std::to_string(count)});
}

/// The account's row, created if missing; null with a warning where it cannot be as the user asks.
Row *row_of(AccountFiles &files, RequestedChanges &requested, const Account &account) {
    const auto *name = account.name.c_str();
    if (auto *row = files.passwd.find(account.name)) {
        if (!account.uid || id_in((*row)[2]) == account.uid)
            return row;
        requested.warn("users.other-uid",
                       sentence(_("The guest has an account “%s” with a uid other than %u, so it was left alone."),
                                name, *account.uid));
        return nullptr;
    }
    const auto uid =
        account.uid ? account.uid : AccountFiles::free_id(files.passwd, 2, files.rules.uid_min, files.rules.uid_max);
    if (!uid || files.passwd.find_by(2, std::to_string(*uid))) {
        requested.warn(
            uid ? "users.uid-taken" : "users.no-free-id",
            uid ? sentence(_("The account “%s” was not created, since another one has the uid %u."), name, *uid)
                : sentence(_("The account “%s” was not created, since no uid is free."), name));
        return nullptr;
    }
    const auto gid = main_group(files, account, *uid);
    if (!gid) {
        requested.warn("users.no-free-id",
                       sentence(_("The account “%s” was not created, since no gid is free."), name));
        return nullptr;
    }
    files.passwd.add({account.name, files.shadow ? "x" : "*", std::to_string(*uid), std::to_string(*gid),
                      account.comment, "/home/" + account.name, files.rules.shell});
    add_sub_ids(files.subuid, account.name);
    add_sub_ids(files.subgid, account.name);
    files.reasons.push_back(sentence(_("The account “%s” is created."), name));
    return files.passwd.find(account.name);
}

/// The field with the password: of shadow(5), whose row is created, or of passwd(5).
std::string &password_of(AccountFiles &files, Row &row) {
    if (!files.shadow)
        return row[1];
    auto *shadow = files.shadow->find(row[0]);
    if (!shadow) {
        // The date of the last change stays empty: no date can be wrong by the guest's clock.
        files.shadow->add({row[0], "*", "", "0", "99999", "7", "", "", ""});
        shadow = files.shadow->find(row[0]);
    }
    return (*shadow)[1];
}

void set_password(AccountFiles &files, Row &row, const Account &account) {
    auto &password = password_of(files, row);
    if (!account.password_hash.empty())
        password = account.password_hash;
    if (account.lock && !password.starts_with('!'))
        password = "!" + password;
}

void join_groups(AccountFiles &files, RequestedChanges &requested, const Account &account) {
    for (const auto &group_name : account.groups) {
        auto name = group_name;
        if (!files.group.find(name) && (name == "wheel" || name == "sudo"))
            name = name == "wheel" ? "sudo" : "wheel";
        auto *group = files.group.find(name);
        if (!group) {
            requested.warn("users.no-group",
                           sentence(_("“%s” is to be in the group “%s”, which the guest does not have."),
                                    account.name.c_str(), group_name.c_str()));
            continue;
        }
        text::add_to_list((*group)[3], account.name);
        if (auto *shadow = files.gshadow ? files.gshadow->find(name) : nullptr)
            text::add_to_list((*shadow)[3], account.name);
    }
}

Result<> add_account(AccountFiles &files, RequestedChanges &requested, const Account &account,
                     std::vector<GuestAccount> &made) {
    auto *row = row_of(files, requested, account);
    if (!row)
        return {};
    const auto set = [&](std::size_t field, const std::string &value) {
        if (!value.empty())
            (*row)[field] = value;
    };
    set(3, account.gid ? std::to_string(*account.gid) : "");
    set(4, account.comment);
    set(5, account.home);
    set_password(files, *row, account);
    join_groups(files, requested, account);
    if (account.shell.empty() || H2K_TRY(requested.guest().exists(account.shell)))
        set(6, account.shell);
    else
        requested.warn("users.no-shell", sentence(_("“%s” is to have the shell “%s”, which the guest does not have."),
                                                  account.name.c_str(), account.shell.c_str()));
    made.push_back(
        {account.name, (*row)[5], {id_in((*row)[2]).value_or(0), id_in((*row)[3]).value_or(0)}, files.rules.home_mode});
    return {};
}

void disable(AccountFiles &files, RequestedChanges &requested, const std::string &name) {
    auto *row = files.passwd.find(name);
    if (!row) {
        requested.warn(
            "users.absent",
            sentence(_("The account “%s” is to be disabled, but the guest does not have it."), name.c_str()));
        return;
    }
    auto &password = password_of(files, *row);
    if (!password.starts_with('!'))
        password = "!" + password;
    // A key or a ticket would still be accepted; so the account expires on 2 January 1970, as with usermod -e 1.
    if (auto *shadow = files.shadow ? files.shadow->find(name) : nullptr; shadow && shadow->size() >= 8)
        (*shadow)[7] = "1";
    files.reasons.push_back(sentence(_("The account “%s” is locked."), name.c_str()));
}

Result<> remove_account(AccountFiles &files, RequestedChanges &requested, const std::string &name) {
    H2K_CHECK(requested.absent(sudoers_path(name), sentence(_("The account “%s” is deleted."), name.c_str())));
    const auto *row = files.passwd.find(name);
    if (!row)
        return {};
    if (id_in((*row)[2]) == 0u) {
        requested.warn("users.root-alias",
                       sentence(_("The account “%s” has the uid 0, like root, and was not deleted."), name.c_str()));
        return {};
    }
    const auto gid = (*row)[3];
    files.passwd.remove(name);
    for (auto *table : {&files.shadow, &files.subuid, &files.subgid})
        if (*table)
            (*table)->remove(name);
    const auto leave = [&](Row &group) { text::remove_from_list(group[3], name); };
    files.group.each(leave);
    if (files.gshadow)
        files.gshadow->each(leave);
    const auto *own = files.group.find(name);
    if (own && (*own)[2] == gid && (*own)[3].empty() && !files.passwd.find_by(3, gid)) {
        files.group.remove(name);
        if (files.gshadow)
            files.gshadow->remove(name);
    }
    files.reasons.push_back(sentence(_("The account “%s” is deleted."), name.c_str()));
    return {};
}

Result<> add_belongings(RequestedChanges &requested, const std::vector<GuestAccount> &made,
                        const std::vector<Account> &requests) {
    for (const auto &account : made) {
        const auto request = std::ranges::find(requests, account.name, &Account::name);
        if (request->create_home)
            H2K_CHECK(add_home(requested, account));
        H2K_CHECK(add_ssh_keys(requested, account, request->ssh_keys));
        if (request->sudo)
            H2K_CHECK(add_sudo(requested, account.name));
    }
    return {};
}

} // namespace

Result<Finding> plan_users(const FixerInput &input) {
    Finding finding;
    const auto &configuration = input.options.configuration;
    if (configuration.users.empty() && configuration.disable_users.empty() && configuration.delete_users.empty())
        return finding;
    RequestedChanges requested{input.guest, finding};
    auto files = H2K_TRY(AccountFiles::open(requested));
    if (!files)
        return finding;
    std::vector<GuestAccount> made;
    for (const auto &account : configuration.users)
        H2K_CHECK(add_account(*files, requested, account, made));
    for (const auto &name : configuration.disable_users)
        disable(*files, requested, name);
    // Last, so that no new account gets the uid, and with it the files, of one that goes.
    for (const auto &name : configuration.delete_users)
        H2K_CHECK(remove_account(*files, requested, name));
    if (files->reasons.empty())
        files->reasons.emplace_back(_("The accounts are changed as the configuration says."));
    H2K_CHECK(files->finish(requested));
    H2K_CHECK(add_belongings(requested, made, configuration.users));
    return finding;
}

} // namespace h2k
