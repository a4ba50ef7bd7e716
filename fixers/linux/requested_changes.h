// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "fixers/fixer.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

/// Changes of a concern that the user asked for: each is added only where the guest is not in that state already, and
/// may fail, since the guest runs without it.
class RequestedChanges {
  public:
    RequestedChanges(const GuestView &guest, Finding &finding) noexcept : guest_(guest), finding_(finding) {}

    [[nodiscard]] Result<> file(WriteFile write, std::string reason) {
        if (H2K_TRY(guest_.read(write.path)) != write.content)
            add(std::move(write), std::move(reason));
        return {};
    }
    /// In place of whatever file or link is there.
    [[nodiscard]] Result<> link(MakeLink link, std::string reason) {
        const auto makes_it = [&](const Effect &effect) {
            return effect.act == Act::make_link && effect.path == link.path && effect.to == link.to;
        };
        const auto planned = [&](const Change &change) {
            return std::ranges::any_of(facts_of(change).effects, makes_it);
        };
        if (H2K_TRY(guest_.link(link.path)) != link.to && std::ranges::none_of(finding_.changes, planned))
            add(std::move(link), std::move(reason));
        return {};
    }
    /// Removes a file or a link, even a dangling one.
    [[nodiscard]] Result<> absent(const std::string &path, std::string reason) {
        if (H2K_TRY(guest_.link(path)) || H2K_TRY(guest_.read(path)))
            add(RemoveFile{path}, std::move(reason));
        return {};
    }
    [[nodiscard]] Result<> folder(MakeFolder folder, std::string reason) {
        if (!H2K_TRY(guest_.exists(folder.path)))
            add(std::move(folder), std::move(reason));
        return {};
    }
    void warn(std::string id, std::string text) { finding_.notices.warn(std::move(id), std::move(text)); }
    void note(std::string id, std::string text) { finding_.notices.note(std::move(id), std::move(text)); }

    [[nodiscard]] const GuestView &guest() const noexcept { return guest_; }
    [[nodiscard]] Notices &notices() noexcept { return finding_.notices; }
    /// A configuration file of the guest, bounded as read_config() does it.
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string &path,
                                                          std::size_t limit = text::config_limit) {
        return text::read_config(guest_, path, finding_.notices, limit);
    }

  private:
    template <typename A> void add(A action, std::string reason) {
        finding_.changes.push_back({{}, std::move(reason), std::move(action), true});
    }
    const GuestView &guest_;
    Finding &finding_;
};

} // namespace h2k
