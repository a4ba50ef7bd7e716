// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/initramfs/tools.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include <algorithm>
#include <array>

namespace h2k {

const InitramfsTool *find_initramfs_tool_named(const std::string &name) {
    constexpr std::array<const InitramfsTool *, 5> tools{&initramfs_tools, &dracut, &mkinitcpio, &mkinitfs, &mkinitrd};
    const auto *at = std::ranges::find_if(tools, [&](const auto *tool) { return name == tool->name; });
    return at == tools.end() ? nullptr : *at;
}

std::string reason_to_list(const std::vector<std::string> &drivers) {
    return sentence(_("The drivers %s go into every initramfs that the guest builds from now on, so that it still "
                      "boots after a kernel update."),
                    join(drivers, ", ").c_str());
}

std::vector<std::string> words_not_in(std::string_view listed, std::vector<std::string> wanted) {
    for (const auto &word : words(replace_all(std::string{listed}, "\n", " ")))
        std::erase(wanted, underscored(word));
    return wanted;
}

} // namespace h2k
