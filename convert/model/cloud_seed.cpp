// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/repair_options.h"

namespace h2k {

std::vector<std::pair<std::string, std::string>> files_of(const CloudSeed &seed) {
    std::vector<std::pair<std::string, std::string>> files{
        {"meta-data", seed.meta_data}, {"user-data", seed.user_data.empty() ? "#cloud-config\n" : seed.user_data}};
    if (!seed.network_config.empty())
        files.emplace_back("network-config", seed.network_config);
    return files;
}

} // namespace h2k
