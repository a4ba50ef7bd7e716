// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/lvm_conf.h"
#include "convert/base/text.h"
#include <algorithm>
#include <glib.h>

namespace h2k::text {

namespace {

constexpr std::size_t most_filters = 16, most_patterns = 256, longest_pattern = 1024, most_devices = 4096;

/// Goes through the words of a configuration of LVM's: lvm.conf(5), "LVM CONFIGURATION FILE SYNTAX".
class Reader {
  public:
    explicit Reader(std::string_view file) noexcept : file_(file) {}

    std::vector<LvmFilter> filters() {
        std::vector<LvmFilter> found;
        for (skip(); at_ < file_.size() && found.size() < most_filters; skip()) {
            const auto from = at_;
            const auto key = word();
            if (key.empty()) {
                if (!text())
                    ++at_;
                continue;
            }
            skip();
            if (at_ >= file_.size() || file_[at_] != '=')
                continue;
            ++at_;
            const auto name = key.substr(key.rfind('/') + 1);
            if (name != "filter" && name != "global_filter")
                continue;
            if (auto filter = value()) {
                filter->at = from;
                filter->size = at_ - from;
                found.push_back(*std::move(filter));
            }
        }
        return found;
    }

  private:
    /// Blanks and comments.
    void skip() {
        while (at_ < file_.size())
            if (g_ascii_isspace(file_[at_]))
                ++at_;
            else if (file_[at_] == '#')
                at_ = std::min(file_.find('\n', at_), file_.size());
            else
                return;
    }
    std::string_view word() {
        const auto from = at_;
        while (at_ < file_.size() && (g_ascii_isalnum(file_[at_]) || std::string_view{"_-/.+"}.contains(file_[at_])))
            ++at_;
        return file_.substr(from, at_ - from);
    }
    /// A text in quotes.
    std::optional<std::string> text() {
        const char quote = at_ < file_.size() ? file_[at_] : '\0';
        if (quote != '"' && quote != '\'')
            return std::nullopt;
        std::string value;
        for (auto i = at_ + 1; i < file_.size(); ++i) {
            if (quote == '"' && file_[i] == '\\' && i + 1 < file_.size())
                value += file_[++i];
            else if (file_[i] == quote) {
                at_ = i + 1;
                return value;
            } else
                value += file_[i];
        }
        return std::nullopt;
    }
    std::optional<LvmFilter> value() {
        LvmFilter filter;
        skip();
        if (auto single = text()) {
            filter.patterns.push_back(*std::move(single));
            return filter;
        }
        if (at_ >= file_.size() || file_[at_] != '[')
            return std::nullopt;
        filter.inside = ++at_;
        for (skip(); at_ < file_.size() && filter.patterns.size() < most_patterns; skip()) {
            if (file_[at_] == ']') {
                ++at_;
                return filter;
            }
            if (file_[at_] == ',')
                ++at_;
            else if (auto pattern = text())
                filter.patterns.push_back(*std::move(pattern));
            else
                return std::nullopt;
        }
        return std::nullopt;
    }

    std::string_view file_;
    std::size_t at_ = 0;
};

/// "a|EXPRESSION|" or "r|EXPRESSION|", with any delimiter: the expression; empty: not a pattern.
std::string expression_of(const std::string &pattern) {
    if (pattern.size() < 3 || pattern.size() > longest_pattern || (pattern[0] != 'a' && pattern[0] != 'r'))
        return {};
    const char open = pattern[1], close = open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open;
    const auto end = pattern.rfind(close);
    return end > 1 ? pattern.substr(2, end - 2) : std::string{};
}

} // namespace

std::vector<LvmFilter> lvm_filters(std::string_view file) { return Reader{file}.filters(); }

LvmPatterns::LvmPatterns(const std::vector<std::string> &patterns) {
    for (const auto &pattern : patterns)
        if (const auto written = expression_of(pattern); !written.empty())
            if (auto expression = Expression::compile(written))
                patterns_.push_back(
                    {pattern[0] == 'a' ? LvmVerdict::accepted : LvmVerdict::rejected, *std::move(expression)});
}

std::optional<LvmVerdict> LvmPatterns::verdict(const std::string &name, std::size_t &budget) const {
    for (const auto &pattern : patterns_) {
        if (budget == 0)
            return std::nullopt;
        --budget;
        if (pattern.expression.fits(name))
            return pattern.says;
    }
    return LvmVerdict::none;
}

std::vector<LvmDevice> lvm_devices(std::string_view file) {
    std::vector<LvmDevice> found;
    for (const auto &line : lines_of(file)) {
        LvmDevice device;
        for (const auto &word : words(line.content))
            if (word.starts_with("IDTYPE="))
                device.id_type = word.substr(7);
            else if (word.starts_with("IDNAME="))
                device.id_name = word.substr(7);
            else if (word.starts_with("DEVNAME="))
                device.name = word.substr(8);
        if (!device.id_type.empty() && found.size() < most_devices)
            found.push_back(std::move(device));
    }
    return found;
}

} // namespace h2k::text
