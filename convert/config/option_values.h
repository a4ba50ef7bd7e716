// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/config/option.h"
#include <array>
#include <utility>

namespace h2k {

// Values that are one member of a request, reached by pointers to members: choice<&Request::repair,
// &RepairOptions::network>.  What needs more stands in values.h and guest_values.h.

/// A fold over operator .*
template <auto... Path> [[nodiscard]] constexpr auto &member_of(auto &request) { return (request.*....*Path); }
template <auto... Path> using Member = std::remove_cvref_t<decltype(member_of<Path...>(std::declval<Request &>()))>;

/// Names of an enumeration that counts from 0, in its order, and a null.
template <typename Choice>
inline constexpr auto choice_names = [] {
    constexpr auto count = [] {
        std::size_t n = 0;
        while (*name_of(static_cast<Choice>(n)))
            ++n;
        return n;
    }();
    std::array<const char *, count + 1> names{};
    for (std::size_t i = 0; i < count; ++i)
        names[i] = name_of(static_cast<Choice>(i));
    return names;
}();

/// Where @value stands among the option's choices; the failure lists them and gives the nearest.
[[nodiscard]] Result<std::size_t> choice_index(const Option &option, const std::string &value);
[[nodiscard]] Result<bool> flag_value(const Option &option, const std::string &value);
[[nodiscard]] Result<unsigned> number_value(const Option &option, const std::string &value, unsigned least,
                                            unsigned most);
/// UTF-8 that is not empty.
[[nodiscard]] Result<std::string> text_value(const Option &option, const std::string &value);
/// One value, or none if it is empty.
[[nodiscard]] std::vector<std::string> values_of(const std::string &text);

template <bool on, auto... Path>
constexpr OptionValue switches{
    .kind = OptionKind::flag,
    .set = [](Request &request, const Option &option, const std::string &value) -> Result<> {
        member_of<Path...>(request) = H2K_TRY(flag_value(option, value)) == on;
        return {};
    },
    .get = [](const Request &request) { return values_of(member_of<Path...>(request) == on ? "true" : ""); },
};
template <auto... Path> constexpr OptionValue flag = switches<true, Path...>;
/// A flag that sets its member to false.
template <auto... Path> constexpr OptionValue inverse_flag = switches<false, Path...>;

template <auto... Path>
constexpr OptionValue choice{
    .kind = OptionKind::choice,
    .set = [](Request &request, const Option &option, const std::string &value) -> Result<> {
        member_of<Path...>(request) = static_cast<Member<Path...>>(H2K_TRY(choice_index(option, value)));
        return {};
    },
    .get = [](const Request &request) { return values_of(name_of(member_of<Path...>(request))); },
    .choices = choice_names<Member<Path...>>.data(),
};

template <unsigned least, unsigned most, auto... Path>
constexpr OptionValue number{
    .kind = OptionKind::number,
    .set = [](Request &request, const Option &option, const std::string &value) -> Result<> {
        member_of<Path...>(request) = H2K_TRY(number_value(option, value, least, most));
        return {};
    },
    .get = [](const Request &request) { return values_of(std::to_string(member_of<Path...>(request))); },
};

template <auto... Path>
constexpr OptionValue text{
    .kind = OptionKind::text,
    .set = [](Request &request, const Option &option, const std::string &value) -> Result<> {
        member_of<Path...>(request) = H2K_TRY(text_value(option, value));
        return {};
    },
    .get = [](const Request &request) { return values_of(member_of<Path...>(request)); },
};

/// A path of the host; stored absolute.
template <OptionKind kind, auto... Path>
constexpr OptionValue path{
    .kind = kind,
    .set = [](Request &request, const Option &option, const std::string &value) -> Result<> {
        member_of<Path...>(request) = absolute_path(H2K_TRY(text_value(option, value)));
        return {};
    },
    .get = [](const Request &request) { return values_of(member_of<Path...>(request)); },
};

} // namespace h2k
