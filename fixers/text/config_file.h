// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/notice.h"
#include "convert/base/text.h"
#include "convert/model/guest.h"

namespace h2k::text {

/// No ordinary configuration file is larger; hostile ones may be.
inline constexpr std::size_t config_limit = 256u << 10, fstab_limit = 1u << 20, grub_limit = 4u << 20;

/// @file; nullopt with a warning where it has more than @limit bytes: it is treated as missing.
[[nodiscard]] inline std::optional<std::string> within_limit(std::optional<std::string> file, const std::string &path,
                                                             std::size_t limit, Notices &notices) {
    if (!file || file->size() <= limit)
        return file;
    notices.warn("guest.file-too-large", sentence(_("“%s” is larger than %s and was ignored."), printable(path).c_str(),
                                                  size_for_people(limit).c_str()));
    return std::nullopt;
}

/// A configuration file of the guest, bounded as within_limit() does it.
[[nodiscard]] inline Result<std::optional<std::string>>
read_config(const GuestView &guest, const std::string &path, Notices &notices, std::size_t limit = config_limit) {
    return within_limit(H2K_TRY(guest.read(path)), path, limit, notices);
}

/// Reads the many files of one concern, up to a total number and size; what follows counts as missing.
class ConfigReader {
  public:
    ConfigReader(std::size_t files, std::size_t bytes) : files_(files), bytes_(bytes) {}

    [[nodiscard]] Result<std::optional<std::string>> read(const GuestView &guest, const std::string &path,
                                                          Notices &notices, std::size_t limit = config_limit) {
        if (spent_)
            return std::nullopt;
        auto file = H2K_TRY(guest.read(path));
        if (!file)
            return std::nullopt;
        if (files_ == 0)
            return end(path, notices);
        --files_;
        file = within_limit(std::move(file), path, limit, notices);
        if (file && file->size() > bytes_)
            return end(path, notices);
        bytes_ -= file ? file->size() : 0;
        return file;
    }

  private:
    std::optional<std::string> end(const std::string &path, Notices &notices) {
        spent_ = true;
        notices.warn(
            "guest.too-many-files",
            sentence(_("The guest has too many configuration files of one kind; “%s” and those after it were ignored."),
                     printable(path).c_str()));
        return std::nullopt;
    }
    std::size_t files_, bytes_;
    bool spent_ = false;
};

} // namespace h2k::text
