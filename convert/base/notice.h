// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace h2k {

enum class Severity {
    note,   ///< worth knowing; nothing is lost by it
    warning ///< something may not work, or is not carried over
};
[[nodiscard]] constexpr const char *name_of(Severity severity) {
    switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    }
    return "";
}

/// What a user should know and what does not end a job.
struct Notice {
    std::string id;   ///< stable, for programs: "ovf.no-checksum"; docs/notices.md lists them
    std::string text; ///< whole sentences, in the user's language
    Severity severity = Severity::warning;
    bool operator==(const Notice &) const = default;
};

/// Notices in the order in which they arose, each once.
class Notices {
  public:
    [[nodiscard]] std::vector<Notice>::const_iterator begin() const noexcept { return all_.begin(); }
    [[nodiscard]] std::vector<Notice>::const_iterator end() const noexcept { return all_.end(); }
    void add(Notice notice) {
        if (std::ranges::find(all_, notice) == all_.end())
            all_.push_back(std::move(notice));
    }
    void add(const Notices &more) {
        for (const auto &notice : more)
            add(notice);
    }
    /// Puts those that arose before these in front of them.
    void put_first(const Notices &earlier) {
        auto all = earlier;
        all.add(*this);
        *this = std::move(all);
    }
    void warn(std::string id, std::string text) { add({std::move(id), std::move(text), Severity::warning}); }
    void note(std::string id, std::string text) { add({std::move(id), std::move(text), Severity::note}); }
    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    bool operator==(const Notices &) const = default;

  private:
    std::vector<Notice> all_;
};

} // namespace h2k
