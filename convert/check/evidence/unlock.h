// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/request.h"
#include <glib.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// The prompt for the passphrase of an encrypted volume, from its first word on; empty: @line has none.
/// Recognised are initramfs-tools, systemd, dracut, cryptsetup and GRUB.
[[nodiscard]] std::string_view passphrase_prompt(std::string_view line);

/// Answers such prompts with the keys that the user gave.
class Unlock {
  public:
    explicit Unlock(std::vector<DiskKey> keys) : keys_(std::move(keys)) {}
    /// What to type, with a line end, in answer to @line; nullopt: it is not a prompt, was just answered, or was
    /// answered three times.  @now: microseconds.
    [[nodiscard]] std::optional<Secret> answer(std::string_view line, gint64 now);
    [[nodiscard]] bool has_keys() const { return !keys_.empty(); }
    /// A sentence about prompts, for a guest that did not boot; empty: no problem is known.
    [[nodiscard]] std::string complaint() const;
    /// @text without the passphrases, which a terminal with echo would show.
    [[nodiscard]] std::string redacted(std::string text) const;

  private:
    struct Asked {
        unsigned answers = 0;
        gint64 last = 0;
    };
    [[nodiscard]] const DiskKey &key_for(std::string_view prompt, unsigned attempt) const;
    std::vector<DiskKey> keys_;
    std::map<std::string, Asked, std::less<>> asked_; ///< by prompt
};

} // namespace h2k
