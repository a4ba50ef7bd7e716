// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/fields/change.h"
#include <algorithm>

namespace h2k {

namespace {

/// Stands for a member of any type.
struct Any {
    template <class T> operator T() const;
};

/// How many members an aggregate of at most five has.
template <class T> consteval int member_count() {
    if constexpr (requires { T{Any{}, Any{}, Any{}, Any{}, Any{}, Any{}}; })
        return 6;
    else if constexpr (requires { T{Any{}, Any{}, Any{}, Any{}, Any{}}; })
        return 5;
    else if constexpr (requires { T{Any{}, Any{}, Any{}, Any{}}; })
        return 4;
    else if constexpr (requires { T{Any{}, Any{}, Any{}}; })
        return 3;
    else if constexpr (requires { T{Any{}, Any{}}; })
        return 2;
    else
        return 1;
}

/// Puts something into every text and list of a change, so that its facts leave no member out.
template <class T> void fill(T &value);
template <class... T> void fill_each(T &...values) { (fill(values), ...); }

template <class T> void fill(T &value) {
    if constexpr (std::same_as<T, std::string>)
        value = "x";
    else if constexpr (is_vector<T>)
        fill(value.emplace_back());
    else if constexpr (is_optional<T>)
        fill(value.emplace());
    else if constexpr (requires { value.first; })
        fill_each(value.first, value.second);
    else if constexpr (std::is_aggregate_v<T>) {
        constexpr int count = member_count<T>();
        static_assert(count <= 5, "name one more member below");
        if constexpr (count == 1) {
            auto &[a] = value;
            fill_each(a);
        } else if constexpr (count == 2) {
            auto &[a, b] = value;
            fill_each(a, b);
        } else if constexpr (count == 3) {
            auto &[a, b, c] = value;
            fill_each(a, b, c);
        } else if constexpr (count == 4) {
            auto &[a, b, c, d] = value;
            fill_each(a, b, c, d);
        } else {
            auto &[a, b, c, d, e] = value;
            fill_each(a, b, c, d, e);
        }
    }
}

template <std::size_t... I> std::vector<Change> one_of_each(std::index_sequence<I...>) {
    std::vector<Change> all(sizeof...(I));
    (fill(all[I].action.emplace<I>()), ...);
    return all;
}
std::vector<Change> one_of_each() {
    return one_of_each(std::make_index_sequence<std::variant_size_v<decltype(Change::action)>>());
}

} // namespace

ChangeEntry entry_of(const Change &change) {
    auto facts = facts_of(change);
    return {.fixer = change.fixer,
            .kind = facts.kind,
            .path = std::move(facts.path),
            .reason = change.reason,
            .command = std::move(facts.command),
            .members = std::move(facts.members),
            .may_fail = change.may_fail};
}

std::vector<std::string> kinds_of_change() {
    std::vector<std::string> kinds;
    for (const auto &change : one_of_each())
        kinds.emplace_back(kind_of(change));
    return kinds;
}

std::vector<ChangeMember> members_of_changes() {
    std::vector<ChangeMember> all;
    for (const auto &change : one_of_each())
        for (auto &member : facts_of(change).members)
            if (std::ranges::none_of(all,
                                     [&](const auto &known) { return std::string_view{known.name} == member.name; }))
                all.push_back(std::move(member));
    return all;
}

} // namespace h2k
