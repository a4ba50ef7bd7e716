// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/config/configuration.h"
#include "convert/config/configuration_checks.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t most_accounts = 256, most_of_one = 256;
constexpr unsigned highest_id = 4294967294u; // the next one is (uid_t)-1

template <typename T> auto into(T &value, Result<T> (*read)(const Node &)) {
    return [&value, read](const Node &node) -> Result<> {
        value = H2K_TRY(read(node));
        return {};
    };
}

auto flag_into(bool &value) {
    return [&value](const Node &node) -> Result<> {
        value = H2K_TRY(node.flag());
        return {};
    };
}

auto id_into(std::optional<unsigned> &value) {
    return [&value](const Node &node) -> Result<> {
        value = H2K_TRY(node.number(0U, highest_id));
        // 65535 was (uid_t)-1 when it had 16 bits.
        if (*value == 65535)
            return node.refused("%s", _("65535 is not a valid ID of an account."));
        return {};
    };
}

auto list_into(std::vector<std::string> &values, Result<std::string> (*read)(const Node &)) {
    return [&values, read](const Node &node) {
        return node.each(most_of_one, [&](const Node &item) -> Result<> {
            values.push_back(H2K_TRY(read(item)));
            return {};
        });
    };
}

/// A list, or "wheel,docker".
Result<> read_groups(const Node &node, std::vector<std::string> &groups) {
    return node.each(most_of_one, [&](const Node &item) -> Result<> {
        const auto text = H2K_TRY(item.text());
        for (const auto &part : split(text, ',')) {
            auto one = item;
            one.value = trim(part);
            groups.push_back(H2K_TRY(account_name(one)));
        }
        return {};
    });
}

std::vector<Key> keys_of(Account &account) {
    return {
        {{"name", "username", "user"}, into(account.name, account_name)},
        {{"uid"}, id_into(account.uid)},
        {{"gid"}, id_into(account.gid)},
        {{"groups"}, [&](const Node &node) { return read_groups(node, account.groups); }},
        {{"comment", "gecos", "full_name"}, into(account.comment, account_comment)},
        {{"shell"}, into(account.shell, account_path)},
        {{"home", "homedir", "home_dir"}, into(account.home, account_path)},
        {{"create_home"}, flag_into(account.create_home)},
        {{"ssh_authorized_keys", "ssh_keys", "authorized_keys", "ssh_key"}, list_into(account.ssh_keys, ssh_key)},
        {{"password", "password_hash", "hashed_password", "hashed_passwd"}, into(account.password_hash, password_hash)},
        {{"sudo", "sudo_nopasswd"}, flag_into(account.sudo)},
        {{"lock", "locked", "lock_passwd"}, flag_into(account.lock)}};
}

Result<> read_account(const Node &node, Configuration &made) {
    Account account;
    H2K_CHECK(node.members(keys_of(account)));
    if (account.name.empty())
        return node.refused("%s", _("An account needs a “name”."));
    const bool is_root = account.name == "root";
    if (account.uid == 0u && !is_root)
        return node.refused(_("“%s” cannot have the uid 0, which is root's."), account.name.c_str());
    for (const auto &other : made.users) {
        if (other.name == account.name)
            return node.refused(_("The account “%s” is listed more than once."), account.name.c_str());
        if (account.uid && other.uid == account.uid)
            return node.refused(_("“%s” and “%s” have the same uid."), other.name.c_str(), account.name.c_str());
    }
    made.users.push_back(std::move(account));
    return {};
}

} // namespace

Result<> read_users(const Node &block, Configuration &made) {
    const auto accounts = [&](const Node &list) {
        return list.each(most_accounts, [&](const Node &item) { return read_account(item, made); });
    };
    if (block.kind == Node::Kind::list)
        return accounts(block);
    H2K_CHECK(block.members({{{"create", "users", "add"}, accounts},
                             {{"disable_users", "disable"}, list_into(made.disable_users, account_name)},
                             {{"delete_users", "delete", "remove"}, list_into(made.delete_users, account_name)}}));
    for (const auto *list : {&made.disable_users, &made.delete_users})
        for (const auto &name : *list) {
            if (name == "root" && list == &made.delete_users)
                return block.refused("%s", _("The account “root” cannot be deleted."));
            if (std::ranges::find(made.users, name, &Account::name) != made.users.end())
                return block.refused(_("“%s” cannot be both created and disabled or deleted."), name.c_str());
        }
    return {};
}

} // namespace h2k
