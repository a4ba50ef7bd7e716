// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// The last datasource_list of a file: "[ Ec2, None ]" on its line, or "- Ec2" on those that follow.
struct SourceList {
    bool found = false;
    std::vector<std::string> names;

    [[nodiscard]] bool names_clouds_only() const;
};
[[nodiscard]] SourceList source_list(std::string_view file);

/// Is @source of cloud-init's a cloud, which libvirt does not have?
[[nodiscard]] bool is_cloud_source(std::string_view source);
/// @word without blanks and quotes around it.
[[nodiscard]] std::string bare_text(std::string_view word);

} // namespace h2k
