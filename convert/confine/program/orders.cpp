// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/program/orders.h"
#include "convert/base/text.h"

namespace h2k {

namespace {

template <typename Number> bool set(Number &to, const std::string &value) {
    const auto number = parse_number<Number>(value);
    to = number.value_or(0);
    return number.has_value();
}

bool take(Orders &orders, const std::string &name, const std::string &value) {
    if (name == "--read")
        orders.readable.push_back(value);
    else if (name == "--write")
        orders.writable.push_back(value);
    else if (name == "--folder")
        orders.folder = value;
    else if (name == "--recordings")
        orders.recordings = value;
    else if (name == "--library")
        orders.library = value;
    else if (name == "--wake")
        orders.wake = value;
    else if (name == "--learn")
        orders.learn = value;
    else if (name == "--unix-sockets")
        orders.unix_sockets = true;
    else if (name == "--namespaces")
        orders.namespaces = true;
    else if (name == "--hand-over")
        orders.hands_over = true;
    else if (name == "--memory")
        return set(orders.memory, value);
    else if (name == "--file-size")
        return set(orders.file_size, value);
    else if (name == "--cpu")
        return set(orders.cpu_seconds, value);
    else if (name == "--user")
        return orders.has_user = set(orders.user, value);
    else if (name == "--group")
        return set(orders.group, value);
    else if (name == "--also-group")
        return set(orders.groups.emplace_back(), value);
    else
        return false;
    return true;
}

} // namespace

Result<Orders> read_orders(const std::vector<std::string> &words) {
    Orders orders;
    auto word = words.begin();
    for (; word != words.end() && *word != "--"; ++word) {
        const auto equals = word->find('=');
        const auto value = equals == std::string::npos ? std::string{} : word->substr(equals + 1);
        if (!take(orders, word->substr(0, equals), value))
            return fail(H2K_ERROR_USAGE, "%s: not an option, or not a valid value", word->c_str());
    }
    if (word == words.end() || ++word == words.end())
        return fail(H2K_ERROR_USAGE, "no program is named");
    orders.program.assign(word, words.end());
    return orders;
}

} // namespace h2k
