// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/model/request.h"
#include <initializer_list>

namespace h2k {

constexpr std::size_t max_disks = 24; ///< vda … vdx

[[nodiscard]] Result<> set_connect(Request &request, const std::string &value);
[[nodiscard]] Result<> set_name(Request &request, const std::string &value);
[[nodiscard]] Result<> set_pool(Request &request, const std::string &value);
[[nodiscard]] Result<> set_output_dir(Request &request, const std::string &value);
[[nodiscard]] Result<> set_format(Request &request, const std::string &value);
[[nodiscard]] Result<> set_compress(Request &request, const std::string &value);
[[nodiscard]] Result<> set_preallocation(Request &request, const std::string &value);
[[nodiscard]] Result<> add_growth(Request &request, const std::string &value);
[[nodiscard]] Result<> set_checksum(Request &request, const std::string &value);
[[nodiscard]] Result<> set_source_connect(Request &request, const std::string &value);
[[nodiscard]] Result<> add_allowed_folder(Request &request, const std::string &value);
[[nodiscard]] Result<> set_metadata_only(Request &request, const std::string &value);
[[nodiscard]] Result<> set_input_format(Request &request, const std::string &value);
[[nodiscard]] Result<> add_mac(Request &request, const std::string &value);
[[nodiscard]] Result<> add_key(Request &request, const std::string &value);
[[nodiscard]] Result<> set_root(Request &request, const std::string &value);
[[nodiscard]] Result<> set_network_fix(Request &request, const std::string &value);
[[nodiscard]] Result<> set_machine_id(Request &request, const std::string &value);
[[nodiscard]] Result<> set_configuration(Request &request, const std::string &value);
[[nodiscard]] Result<> set_boot_test(Request &request, const std::string &value);
[[nodiscard]] Result<> set_boot_timeout(Request &request, const std::string &value);
[[nodiscard]] Result<> set_no_define(Request &request, const std::string &value);
[[nodiscard]] Result<> set_dry_run(Request &request, const std::string &value);
[[nodiscard]] Result<> set_report(Request &request, const std::string &value);

/// The one of @all that name_of() calls @value; nullopt: there is none.
template <typename Choice>
[[nodiscard]] std::optional<Choice> choice_named(const std::string &value, std::initializer_list<Choice> all) {
    for (const auto choice : all)
        if (value == name_of(choice))
            return choice;
    return std::nullopt;
}

} // namespace h2k
