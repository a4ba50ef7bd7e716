// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/guest.h"
#include <algorithm>

namespace h2k::text {

/// No configuration file that people or programs write is larger; hostile ones are.
inline constexpr std::size_t config_limit = 256u << 10, fstab_limit = 1u << 20, grub_limit = 4u << 20;

/// Adds @warning unless it is there.
inline void warn_once(std::vector<std::string> &warnings, std::string warning) {
    if (std::ranges::find(warnings, warning) == warnings.end())
        warnings.push_back(std::move(warning));
}

/// @file; nullopt with a warning where it has more than @limit bytes: it is treated as not there.
[[nodiscard]] inline std::optional<std::string> within_limit(std::optional<std::string> file, const std::string &path,
                                                             std::size_t limit, std::vector<std::string> &warnings) {
    if (!file || file->size() <= limit)
        return file;
    warn_once(warnings, sentence(_("“%s” is larger than %s and was not looked at."), printable(path).c_str(),
                                 size_for_people(limit).c_str()));
    return std::nullopt;
}

/// A configuration file of the guest, bounded as within_limit() does it.
[[nodiscard]] inline Result<std::optional<std::string>> read_config(const GuestView &guest, const std::string &path,
                                                                    std::vector<std::string> &warnings,
                                                                    std::size_t limit = config_limit) {
    return within_limit(H2K_TRY(guest.read(path)), path, limit, warnings);
}

/// Reads the many files of one concern, up to a number and a size of all together; what follows is not there.
class ConfigReader {
  public:
    ConfigReader(std::size_t files, std::size_t bytes) : files_(files), bytes_(bytes) {}

    [[nodiscard]] Result<std::optional<std::string>> read(const GuestView &guest, const std::string &path,
                                                          std::vector<std::string> &warnings,
                                                          std::size_t limit = config_limit) {
        if (spent_)
            return std::nullopt;
        auto file = H2K_TRY(guest.read(path));
        if (!file)
            return std::nullopt;
        if (files_ == 0)
            return end(path, warnings);
        --files_;
        file = within_limit(std::move(file), path, limit, warnings);
        if (file && file->size() > bytes_)
            return end(path, warnings);
        bytes_ -= file ? file->size() : 0;
        return file;
    }

  private:
    std::optional<std::string> end(const std::string &path, std::vector<std::string> &warnings) {
        spent_ = true;
        warn_once(warnings, sentence(_("The guest has more configuration files of a kind than are looked at; “%s” and "
                                       "those that follow were left out."),
                                     printable(path).c_str()));
        return std::nullopt;
    }
    std::size_t files_, bytes_;
    bool spent_ = false;
};

} // namespace h2k::text
